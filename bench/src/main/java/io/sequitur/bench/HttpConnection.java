package io.sequitur.bench;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One keep-alive connection to the server, for one thread; opened again when it was lost. */
final class HttpConnection implements Closeable {
  private final Endpoint endpoint;
  private final Duration timeout;
  private @Nullable Open open;

  HttpConnection(Endpoint endpoint, Duration timeout) {
    this.endpoint = endpoint;
    this.timeout = timeout;
  }

  /**
   * Sends a request and waits for its answer.
   *
   * <p>A request on a connection that the server had closed meanwhile is sent once more, so it must
   * be safe to repeat: events are, by their id.
   */
  Answer exchange(byte[] request) throws IOException {
    Open reused = open;
    if (reused != null) {
      try {
        return answer(reused, request);
      } catch (SocketTimeoutException e) {
        throw e;
      } catch (IOException e) {
        // Closed while idle; the fresh connection below tells whether the server is gone.
      }
    }
    return answer(connect(), request);
  }

  private Open connect() throws IOException {
    Socket socket = endpoint.connect(timeout);
    Open fresh = new Open(socket, new HttpReader(socket.getInputStream()));
    open = fresh;
    return fresh;
  }

  private Answer answer(Open connection, byte[] request) throws IOException {
    boolean reusable = false;
    try {
      connection.socket.getOutputStream().write(request);
      HttpReader reader = connection.reader;
      if (!reader.next()) {
        throw new EOFException("The server closed the connection without an answer");
      }
      reusable = reader.keepAlive();
      return new Answer(status(reader.startLine()), reader.bodyText());
    } finally {
      if (!reusable) {
        // An answer that comes later would be taken for the next request's.
        close();
      }
    }
  }

  private static int status(String line) throws IOException {
    try {
      return Integer.parseInt(line.split(" ", 3)[1]);
    } catch (RuntimeException e) {
      throw new IOException("Not an HTTP answer: '" + line + "'", e);
    }
  }

  @Override
  public void close() throws IOException {
    Open closing = open;
    open = null;
    if (closing != null) {
      closing.socket.close();
    }
  }

  /** What the server answered. */
  record Answer(int status, String body) {
    boolean isSuccess() {
      return status / 100 == 2;
    }
  }

  private record Open(Socket socket, HttpReader reader) {}
}
