package io.sequitur.api.order;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A receiver that writes down what comes before it answers, and refuses some of what it sees for
 * the first time. A path is a webhook's name.
 */
final class LaneLog implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Arrival> arrivals = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();
  private final Random random;
  private final int refusedIn100;

  LaneLog(int refusedIn100, long seed) {
    this.refusedIn100 = refusedIn100;
    this.random = new Random(seed);
    try {
      server =
          HttpServer.create(
              new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 1_000);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  String url(String webhook) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + webhook;
  }

  synchronized int count() {
    return arrivals.size();
  }

  synchronized List<Arrival> all() {
    return List.copyOf(arrivals);
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String webhook = exchange.getRequestURI().getPath().substring(1);
    String event = header(exchange, "webhook-id");
    int round = JSON.readTree(body).path("data").path("round").intValue();
    boolean accepted =
        write(
            webhook,
            header(exchange, "sequitur-key"),
            Long.parseLong(header(exchange, "sequitur-sequence")),
            event,
            round);
    try (exchange) {
      exchange.sendResponseHeaders(accepted ? 200 : 500, -1);
    }
  }

  private synchronized boolean write(
      String webhook, String key, long sequence, String event, int round) {
    boolean first = seen.add(webhook + event);
    boolean accepted = !first || random.nextInt(100) >= refusedIn100;
    arrivals.add(new Arrival(webhook, key, sequence, event, round, accepted));
    return accepted;
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
