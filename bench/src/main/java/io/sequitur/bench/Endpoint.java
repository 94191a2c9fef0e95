package io.sequitur.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * The server under test.
 *
 * @param url its base URL
 * @param apiKey sent as bearer token; null where none is needed
 */
record Endpoint(URI url, @Nullable String apiKey) {
  Endpoint {
    boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
    if (!http || url.getHost() == null) {
      throw new IllegalArgumentException(
          "'" + url + "' is not a base URL; give one like http://127.0.0.1:8080");
    }
  }

  /**
   * Takes a base URL from the user.
   *
   * @throws IllegalArgumentException when it is none
   */
  static Endpoint of(String url, @Nullable String apiKey) {
    return new Endpoint(URI.create(url), apiKey);
  }

  boolean isLoopback() throws UnknownHostException {
    return Arrays.stream(InetAddress.getAllByName(host())).allMatch(InetAddress::isLoopbackAddress);
  }

  int port() {
    return url.getPort() >= 0 ? url.getPort() : isTls() ? 443 : 80;
  }

  Socket connect(Duration timeout) throws IOException {
    int millis = Math.toIntExact(timeout.toMillis());
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(millis);
      socket.connect(new InetSocketAddress(host(), port()), millis);
      return isTls() ? secured(socket) : socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** The whole request as the bytes that go out, body last. */
  byte[] request(String method, String path, String contentType, String body) {
    byte[] content = body.getBytes(UTF_8);
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(basePath()).append(path).append(" HTTP/1.1\r\n");
    head.append("Host: ").append(url.getRawAuthority()).append("\r\n");
    if (apiKey != null) {
      head.append("Authorization: Bearer ").append(apiKey).append("\r\n");
    }
    head.append("Content-Type: ").append(contentType).append("\r\n");
    head.append("Content-Length: ").append(content.length).append("\r\n\r\n");
    byte[] bytes =
        Arrays.copyOf(head.toString().getBytes(US_ASCII), head.length() + content.length);
    System.arraycopy(content, 0, bytes, head.length(), content.length);
    return bytes;
  }

  private Socket secured(Socket plain) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    SSLSocket socket = (SSLSocket) factory.createSocket(plain, host(), port(), true);
    // Sockets do not check the certificate's name unless asked to.
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    socket.setSSLParameters(parameters);
    return socket;
  }

  private boolean isTls() {
    return "https".equals(url.getScheme());
  }

  private String host() {
    return url.getHost();
  }

  private String basePath() {
    String path = url.getRawPath();
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /** Keeps the key out of messages. */
  @Override
  public String toString() {
    return url.toString();
  }
}
