package io.sequitur.api.freshness;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes down what arrives before it answers, and now and then refuses. A path is {@code
 * /webhook/version}. What waits for arrivals is told of them by permits.
 */
final class ArrivalLog implements AutoCloseable {
  private static final int REFUSED_IN_100 = 5;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final Semaphore room = new Semaphore(0);
  private final Semaphore turns = new Semaphore(0);
  private final int arrivalsPerTurn;
  private final Random random;

  ArrivalLog(int arrivalsPerTurn, long seed) {
    this.arrivalsPerTurn = arrivalsPerTurn;
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

  /** A request. */
  @SuppressWarnings("ArrayRecordComponent") // signed bytes, never compared as a value
  record Arrival(
      Instant at,
      String webhook,
      long url,
      String event,
      int attempt,
      String timestamp,
      String signatures,
      String own,
      String first,
      String second,
      String secret,
      byte[] body) {
    String name() {
      return webhook + " " + event + " attempt " + attempt;
    }
  }

  String url(String webhook, long version) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + webhook + "/" + version;
  }

  int count() {
    return count.get();
  }

  List<Arrival> all() {
    return new ArrayList<>(arrivals);
  }

  /** One permit for each arrival. */
  Semaphore room() {
    return room;
  }

  /** One permit for so many arrivals. */
  Semaphore turns() {
    return turns;
  }

  private void handle(HttpExchange exchange) throws IOException {
    Instant at = Instant.now();
    byte[] body = exchange.getRequestBody().readAllBytes();
    String[] path = exchange.getRequestURI().getPath().split("/");
    arrivals.add(
        new Arrival(
            at,
            path[1],
            Long.parseLong(path[2]),
            header(exchange, "webhook-id"),
            Integer.parseInt(header(exchange, "sequitur-attempt")),
            header(exchange, "webhook-timestamp"),
            header(exchange, "webhook-signature"),
            header(exchange, "x-own"),
            header(exchange, "x-first"),
            header(exchange, "x-second"),
            header(exchange, "x-secret"),
            body));
    room.release();
    if (count.incrementAndGet() % arrivalsPerTurn == 0) {
      turns.release();
    }
    boolean refused;
    synchronized (random) {
      refused = random.nextInt(100) < REFUSED_IN_100;
    }
    try (exchange) {
      exchange.sendResponseHeaders(refused ? 500 : 200, -1);
    }
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
