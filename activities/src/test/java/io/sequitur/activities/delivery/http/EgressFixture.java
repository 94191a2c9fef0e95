package io.sequitur.activities.delivery.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sequitur.workflows.delivery.AttemptOutcome.Failed;
import io.sequitur.workflows.delivery.HttpHeader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/** What the tests of the egress client share: a client that may call loopback, and raw servers. */
final class EgressFixture {
  static final byte[] BODY = "{\"data\":1}".getBytes(UTF_8);
  static final EgressPolicy LOOPBACK = EgressPolicy.loopbackAllowed();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private EgressFixture() {}

  static EgressClient client() {
    return new EgressClient(LOOPBACK, InstantSource.system());
  }

  /** A client whose look-ups are not filtered, so that only the socket guards. */
  static EgressClient clientWithDns(EgressPolicy policy, Dns dns) {
    return new EgressClient(policy, InstantSource.system(), new OffThreadDns(dns));
  }

  /** A client that takes so long before it does anything towards a receiver. */
  static EgressClient busyClient(Duration before) {
    OffThreadDns dns = new OffThreadDns(Dns.SYSTEM);
    OkHttpClient busy =
        EgressClient.transport(LOOPBACK, dns)
            .newBuilder()
            .addInterceptor(chain -> {
              long end = System.nanoTime() + before.toNanos();
              while (System.nanoTime() < end) {
                LockSupport.parkNanos(end - System.nanoTime());
              }
              return chain.proceed(chain.request());
            })
            .build();
    return new EgressClient(LOOPBACK, InstantSource.system(), dns, busy);
  }

  static EgressRequest request(String url, HttpHeader... headers) {
    return request(url, TIMEOUT, headers);
  }

  static EgressRequest request(String url, Duration timeout, HttpHeader... headers) {
    return new EgressRequest(TargetUrl.parse(url), List.of(headers), BODY, timeout, null);
  }

  static EgressRequest request(String url, Duration timeout, @Nullable TrustedAuthorities trusted) {
    return new EgressRequest(TargetUrl.parse(url), List.of(), BODY, timeout, trusted);
  }

  static Failed failed(EgressResult result) {
    return (Failed) result.outcome();
  }

  /** What a raw server does with a connection after the request's headers have come. */
  @FunctionalInterface
  interface Behaviour {
    void answer(Socket socket, OutputStream out) throws IOException, InterruptedException;
  }

  /** A server that misbehaves in ways no well-made one can; counts its connections. */
  static final class RawServer implements AutoCloseable {
    final AtomicInteger connections = new AtomicInteger();
    private final ServerSocket server;

    RawServer(Behaviour behaviour) throws IOException {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(() -> accept(behaviour));
    }

    int port() {
      return server.getLocalPort();
    }

    String url() {
      return "http://127.0.0.1:" + port() + "/";
    }

    private void accept(Behaviour behaviour) {
      while (!server.isClosed()) {
        try {
          Socket socket = server.accept();
          connections.incrementAndGet();
          Thread.ofVirtual().start(() -> serve(socket, behaviour));
        } catch (IOException e) {
          // The test is over.
          return;
        }
      }
    }

    private static void serve(Socket socket, Behaviour behaviour) {
      try (socket) {
        readHeaders(socket);
        behaviour.answer(socket, socket.getOutputStream());
      } catch (IOException | InterruptedException e) {
        // The client hung up, which is what most of these tests are about.
        return;
      }
    }

    private static void readHeaders(Socket socket) throws IOException {
      int matched = 0;
      byte[] end = {'\r', '\n', '\r', '\n'};
      int b;
      while (matched < end.length && (b = socket.getInputStream().read()) >= 0) {
        matched = b == end[matched] ? matched + 1 : b == '\r' ? 1 : 0;
      }
      socket.getInputStream().readNBytes(BODY.length);
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
