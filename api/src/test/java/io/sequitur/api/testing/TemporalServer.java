package io.sequitur.api.testing;

import io.temporal.testserver.TestServer;
import io.temporal.testserver.TestServer.PortBoundTestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A Temporal that several processes reach over TCP: the real one, or the test server on a port. */
public record TemporalServer(int port, String host, @Nullable PortBoundTestServer own)
    implements AutoCloseable {

  public static TemporalServer start(TestBed bed) {
    if (bed.hasRealTemporal()) {
      String[] parts = Objects.requireNonNull(bed.temporal()).split(":", 2);
      return new TemporalServer(Integer.parseInt(parts[1]), parts[0], null);
    }
    int port = freePort();
    // True: time does not skip.
    return new TemporalServer(port, "127.0.0.1", TestServer.createPortBoundServer(port, true));
  }

  public String address() {
    return host + ":" + port;
  }

  @Override
  public void close() {
    if (own != null) {
      own.close();
    }
  }

  private static int freePort() {
    try (ServerSocket probe = new ServerSocket(0)) {
      return probe.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
