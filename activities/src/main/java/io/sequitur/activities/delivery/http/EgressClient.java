package io.sequitur.activities.delivery.http;

import io.sequitur.workflows.delivery.AttemptOutcome;
import io.sequitur.workflows.delivery.AttemptOutcome.Failed;
import io.sequitur.workflows.delivery.FailureClass;
import io.sequitur.workflows.delivery.HeaderRules;
import io.sequitur.workflows.delivery.HttpHeader;
import java.io.IOException;
import java.net.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okhttp3.Authenticator;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.CookieJar;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends a request once: no retry, no redirect, no proxy, to no address that the policy forbids, and
 * ends within the request's timeout. Blocks, so call it on a virtual thread; safe for many at once.
 */
public final class EgressClient implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EgressClient.class);

  /** What is read of an answer at most; a longer one costs its connection instead. */
  private static final long MAX_READ = 16 * 1024;

  /** Room for many receivers at once; idle ones cost a socket each. */
  private static final int MAX_IDLE = 512;

  /**
   * Shorter than the five seconds after which Node.js and Apache close idle connections by default:
   * a request sent into a connection that is being closed fails, and may not be repeated unasked.
   */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(4);

  private final OkHttpClient client;
  private final OffThreadDns dns;
  private final EgressPolicy policy;
  private final InstantSource clock;

  /** A client with its own connections; close it when done. */
  public EgressClient(EgressPolicy policy, InstantSource clock) {
    this(policy, clock, new OffThreadDns(new GuardedDns(policy, Dns.SYSTEM)));
  }

  EgressClient(EgressPolicy policy, InstantSource clock, OffThreadDns dns) {
    this(policy, clock, dns, transport(policy, dns));
  }

  EgressClient(EgressPolicy policy, InstantSource clock, OffThreadDns dns, OkHttpClient client) {
    this.client = client;
    this.dns = dns;
    this.policy = policy;
    this.clock = clock;
  }

  /**
   * OkHttp with its conveniences off: each of them sends a request twice, sends it elsewhere, or
   * waits or reads without end. The call's own timeout covers everything, so the others are off.
   */
  static OkHttpClient transport(EgressPolicy policy, Dns dns) {
    return new OkHttpClient.Builder()
        .socketFactory(new GuardedSocketFactory(policy))
        .dns(dns)
        .proxy(Proxy.NO_PROXY)
        .followRedirects(false)
        .followSslRedirects(false)
        .retryOnConnectionFailure(false)
        .authenticator(Authenticator.NONE)
        .cookieJar(CookieJar.NO_COOKIES)
        .connectionSpecs(List.of(ConnectionSpec.MODERN_TLS, ConnectionSpec.CLEARTEXT))
        .connectionPool(new ConnectionPool(MAX_IDLE, KEEP_ALIVE.toMillis(), TimeUnit.MILLISECONDS))
        .connectTimeout(Duration.ZERO)
        .readTimeout(Duration.ZERO)
        .writeTimeout(Duration.ZERO)
        .eventListener(new ExchangeProgress.Listener())
        .build();
  }

  /**
   * Makes the attempt. Everything that can happen to it is a result; nothing is thrown. If the
   * thread is interrupted, the result is UNKNOWN and the thread stays interrupted.
   */
  public EgressResult send(EgressRequest request) {
    long start = System.nanoTime();
    ExchangeProgress progress = new ExchangeProgress();
    Answer answer =
        refusal(request)
            .map(failed -> new Answer(failed, null))
            .orElseGet(() -> exchange(request, progress));
    long end = System.nanoTime();
    return new EgressResult(
        answer.outcome, Duration.ofNanos(end - start), progress.until(end), answer.body);
  }

  /** Ends idle connections; calls under way end by themselves. Nothing can be sent afterwards. */
  @Override
  public void close() {
    client.connectionPool().evictAll();
    dns.close();
  }

  private record Answer(AttemptOutcome outcome, @Nullable String body) {}

  /** What can be known to fail without a connection. */
  private Optional<Failed> refusal(EgressRequest request) {
    return HeaderRules.checkForWire(request.headers())
        .map(detail -> Failed.without(FailureClass.CONFIG, detail))
        .or(() ->
            request
                .url()
                .refusal(policy)
                .map(detail -> Failed.without(FailureClass.BLOCKED, detail)));
  }

  private Answer exchange(EgressRequest request, ExchangeProgress progress) {
    dns.attemptBegins(request.timeout());
    try {
      return call(request, progress);
    } catch (IOException e) {
      Response answered = progress.answer();
      return answered != null
          ? new Answer(outcomeOf(answered), "")
          : new Answer(failure(e, request, progress), null);
    } catch (RuntimeException e) {
      // Only the class: OkHttp quotes headers in its messages.
      LOG.error("Sending to {} failed with {}", request.url(), e.getClass().getName());
      return new Answer(
          Failed.without(FailureClass.UNKNOWN, "The attempt failed inside Sequitur."), null);
    } finally {
      dns.attemptEnds();
    }
  }

  private Answer call(EgressRequest request, ExchangeProgress progress) throws IOException {
    TrustedAuthorities trusted = request.trusted();
    Call call =
        (trusted == null ? client : trusted.client(client)).newCall(httpRequest(request, progress));
    call.timeout().timeout(request.timeout().toMillis(), TimeUnit.MILLISECONDS);
    try (Response response = call.execute()) {
      return new Answer(outcomeOf(response), read(response, call));
    }
  }

  private AttemptOutcome outcomeOf(Response response) {
    return AttemptOutcome.ofStatus(response.code(), response.header("Retry-After"), clock);
  }

  private static Failed failure(IOException e, EgressRequest request, ExchangeProgress progress) {
    if (Thread.currentThread().isInterrupted()) {
      return Failed.without(
          FailureClass.UNKNOWN, "The attempt was cut off because this process is stopping.");
    }
    LOG.debug("Attempt to {} failed", request.url(), e);
    return FailureText.of(e, request, progress);
  }

  private static Request httpRequest(EgressRequest request, ExchangeProgress progress) {
    Request.Builder builder =
        new Request.Builder()
            .url(request.url().httpUrl())
            .tag(ExchangeProgress.class, progress)
            .post(new OneShotBody(request.body()));
    for (HttpHeader header : request.headers()) {
      builder.header(header.name(), header.value());
    }
    // Set last: OkHttp would else ask for gzip and inflate whatever comes.
    return builder.header("accept-encoding", "identity").build();
  }

  /** The status has decided already: whatever happens to the body only shortens it. */
  private static String read(Response response, Call call) {
    BufferedSource source = response.body().source();
    boolean ended = false;
    try {
      ended = !source.request(MAX_READ);
    } catch (IOException e) {
      LOG.debug("The answer's body broke off", e);
    }
    if (!ended) {
      // Closing politely would read on, for the sake of the connection.
      call.cancel();
    }
    return AnswerText.of(response, source.getBuffer());
  }
}
