package io.sequitur.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A running platform: takes notices on a port, and follows in a thread of its own.
 *
 * <p>A notice is answered before anything is done, so it may be lost with the process: the server
 * sends another one when no acknowledgement comes.
 */
public final class SyncPlatform implements AutoCloseable {
  private static final Logger log = System.getLogger(SyncPlatform.class.getName());
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final HttpServer server;
  private final NoticeVerifier verifier;
  private final Follower follower;
  private final BlockingDeque<Step> steps = new LinkedBlockingDeque<>();
  private final Thread worker;

  /** One answer that is still to be given. */
  @FunctionalInterface
  private interface Step {
    void take(Follower follower) throws IOException, InterruptedException;
  }

  /** Listens there at once, and pulls: nobody has to tell it first. */
  public static SyncPlatform start(
      InetSocketAddress address, NoticeVerifier verifier, Follower follower) throws IOException {
    SyncPlatform platform = new SyncPlatform(HttpServer.create(address, 0), verifier, follower);
    platform.server.createContext("/", platform::handle);
    platform.server.start();
    platform.steps.add(Follower::catchUp);
    platform.worker.start();
    return platform;
  }

  private SyncPlatform(HttpServer server, NoticeVerifier verifier, Follower follower) {
    this.server = server;
    this.verifier = verifier;
    this.follower = follower;
    this.worker = Thread.ofPlatform().name("sync-platform").unstarted(this::work);
  }

  /** Where it listens. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Function<String, String> header =
          name -> String.valueOf(exchange.getRequestHeaders().getFirst(name));
      boolean accepted =
          verifier.accepts(
              header.apply("webhook-id"),
              header.apply("webhook-timestamp"),
              header.apply("webhook-signature"),
              body);
      if (accepted) {
        Notice notice = Notice.parse(body);
        steps.add(follower -> follower.answer(notice));
      }
      exchange.sendResponseHeaders(accepted ? 204 : 401, -1);
    }
  }

  private void work() {
    try {
      while (true) {
        Step step = steps.take();
        try {
          step.take(follower);
        } catch (IOException e) {
          log.log(Level.WARNING, "again in {0}: {1}", PAUSE, e);
          // Whatever comes meanwhile is done first, and may do this as well.
          TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
          steps.addLast(step);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    worker.interrupt();
  }

  /**
   * Settings: {@code SEQUITUR=http://127.0.0.1:8080 TARGET=scaler SECRET=whsec_… KEY=… PORT=9100}.
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Map<String, String> settings = System.getenv();
    String target = settings.getOrDefault("TARGET", "scaler");
    Follower follower =
        new Follower(
            new HttpSyncApi(
                HttpClient.newHttpClient(),
                URI.create(settings.getOrDefault("SEQUITUR", "http://127.0.0.1:8080")),
                target,
                settings.get("KEY")),
            new FileCopy(Path.of(target + ".json")));
    try (SyncPlatform platform =
        start(
            new InetSocketAddress(
                InetAddress.getLoopbackAddress(),
                Integer.parseInt(settings.getOrDefault("PORT", "9100"))),
            new NoticeVerifier(settings.getOrDefault("SECRET", ""), Clock.systemUTC()),
            follower)) {
      log.log(Level.INFO, "listening on port {0}", Integer.toString(platform.port()));
      platform.worker.join();
    }
  }
}
