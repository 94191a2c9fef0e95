package io.sequitur.api.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * An endpoint that keeps what arrives, byte for byte and in order, and answers as told. A path is
 * an endpoint of its own; what nobody scripted is answered with 200 at once. Verifies nothing.
 */
public final class FakeReceiver implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final Map<String, Deque<Integer>> scripts = new ConcurrentHashMap<>();
  private final Map<String, Integer> standing = new ConcurrentHashMap<>();
  private final Set<String> refused = ConcurrentHashMap.newKeySet();
  private final Map<String, String> retryAfter = new ConcurrentHashMap<>();
  private final Map<String, Duration> latencies = new ConcurrentHashMap<>();
  private final Map<String, ConcurrentLinkedQueue<CompletableFuture<Void>>> held =
      new ConcurrentHashMap<>();

  public FakeReceiver() {
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

  public String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  /** The next answers of a path, one each; after them its standing answer. */
  public void script(String path, Integer... statuses) {
    scripts
        .computeIfAbsent(path, unused -> new ConcurrentLinkedDeque<>())
        .addAll(List.of(statuses));
  }

  /** What a path answers from now on. */
  public void always(String path, int status) {
    standing.put(path, status);
  }

  /** From now on a path's answers, whatever their status, have this {@code Retry-After}. */
  public void retryAfter(String path, String value) {
    retryAfter.put(path, value);
  }

  /** From now on a path answers 500 to events of this key. */
  public void refuse(String path, String key) {
    refused.add(path + " " + key);
  }

  /** And no longer. */
  public void accept(String path, String key) {
    refused.remove(path + " " + key);
  }

  /** How long a path thinks before it answers. */
  public void latency(String path, Duration latency) {
    latencies.put(path, latency);
  }

  /** From now on requests of this path get no answer until {@link #release}. */
  public void hold(String path) {
    held.put(path, new ConcurrentLinkedQueue<>());
  }

  /** Answers what was held, and holds no more. */
  public void release(String path) {
    ConcurrentLinkedQueue<CompletableFuture<Void>> waiting = held.remove(path);
    if (waiting != null) {
      waiting.forEach(answer -> answer.complete(null));
    }
  }

  /** What arrived at a path, in the order of arrival. */
  public List<Received> received(String path) {
    return received.stream().filter(request -> request.path().equals(path)).toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    long now = System.nanoTime();
    String path = exchange.getRequestURI().toString();
    Map<String, List<String>> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
    byte[] body = exchange.getRequestBody().readAllBytes();
    Received request =
        new Received(path, exchange.getRequestMethod(), Map.copyOf(headers), body, now);
    received.add(request);
    // The answer is fixed at arrival, so that scripts follow the order of arrival.
    int status = refused.contains(path + " " + request.header("sequitur-key")) ? 500 : status(path);
    CompletableFuture<Void> unused =
        whenToAnswer(path).thenRunAsync(() -> answer(exchange, status), threads);
  }

  private int status(String path) {
    Deque<Integer> script = scripts.get(path);
    Integer next = script == null ? null : script.poll();
    return next == null ? standing.getOrDefault(path, 200) : next;
  }

  private CompletableFuture<Void> whenToAnswer(String path) {
    ConcurrentLinkedQueue<CompletableFuture<Void>> waiting = held.get(path);
    if (waiting != null) {
      CompletableFuture<Void> answer = new CompletableFuture<>();
      waiting.add(answer);
      return answer;
    }
    Duration latency = latencies.get(path);
    return latency == null
        ? CompletableFuture.completedFuture(null)
        : CompletableFuture.runAsync(
            () -> {},
            CompletableFuture.delayedExecutor(latency.toMillis(), TimeUnit.MILLISECONDS, threads));
  }

  private void answer(HttpExchange exchange, int status) {
    try (exchange) {
      String wait = retryAfter.get(exchange.getRequestURI().toString());
      if (wait != null) {
        exchange.getResponseHeaders().set("Retry-After", wait);
      }
      exchange.sendResponseHeaders(status, -1);
    } catch (IOException e) {
      // The caller was killed while it waited: it was not answered, which is the test's intention.
      return;
    }
  }

  @Override
  public void close() {
    held.keySet().forEach(this::release);
    server.stop(0);
    threads.shutdownNow();
  }
}
