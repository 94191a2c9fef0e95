package io.sequitur.api.cli.listen;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sequitur.api.cli.text.CliException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An HTTP server on the loopback address that hands each POST to its journal and answers as told.
 */
final class Receiver implements AutoCloseable {
  private static final int METHOD_NOT_ALLOWED = 405;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final SignatureCheck signatures;
  private final Journal journal;
  private final Duration delay;
  private final InstantSource clock;

  private Receiver(
      HttpServer server,
      SignatureCheck signatures,
      Journal journal,
      Duration delay,
      InstantSource clock) {
    this.server = server;
    this.signatures = signatures;
    this.journal = journal;
    this.delay = delay;
    this.clock = clock;
  }

  /**
   * Starts listening.
   *
   * @param port 0 for any free one
   * @param delay before each answer
   */
  static Receiver start(
      int port, SignatureCheck signatures, Journal journal, Duration delay, InstantSource clock) {
    // Else the JDK's server holds small answers back for 40 ms, which would look like a slow
    // receiver.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    try {
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
      Receiver receiver =
          new Receiver(HttpServer.create(address, 0), signatures, journal, delay, clock);
      receiver.server.createContext("/", receiver::handle);
      receiver.server.setExecutor(receiver.threads);
      receiver.server.start();
      return receiver;
    } catch (BindException e) {
      throw new CliException("port " + port + " is taken; choose another with --port", e);
    } catch (IOException e) {
      throw new CliException("cannot listen on port " + port + ": " + e.getMessage(), e);
    }
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestMethod().equals("POST")) {
      answer(exchange, METHOD_NOT_ALLOWED);
      return;
    }
    byte[] body = exchange.getRequestBody().readAllBytes();
    Headers headers = exchange.getRequestHeaders();
    Verdict verdict =
        signatures.check(
            headers.getFirst("webhook-id"),
            headers.getFirst("webhook-timestamp"),
            headers.getFirst("webhook-signature"),
            body);
    int status = journal.record(Received.of(headers, body, verdict, clock.instant()));
    pause();
    answer(exchange, status);
    journal.answered();
  }

  private static void answer(HttpExchange exchange, int status) throws IOException {
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private void pause() {
    try {
      Thread.sleep(delay);
    } catch (InterruptedException e) {
      // Only closing interrupts; the answer then goes out at once.
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
