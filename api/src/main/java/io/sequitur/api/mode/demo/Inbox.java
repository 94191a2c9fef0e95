package io.sequitur.api.mode.demo;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import io.sequitur.api.cli.listen.SignatureCheck;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * The receiver of the story, on loopback: a path for each webhook. Verifies, remembers everything,
 * and answers as told.
 */
final class Inbox implements AutoCloseable {
  private final Clock clock;
  private final LoopbackServer server;
  private final Map<String, SignatureCheck> secrets = new ConcurrentHashMap<>();
  private final List<Arrival> arrivals = new ArrayList<>();
  private volatile ToIntFunction<Arrival> answer = Inbox::take;
  private volatile Duration latency = Duration.ZERO;

  Inbox(Clock clock) {
    this.clock = clock;
    server = LoopbackServer.start("the receiver", this::handle);
  }

  /** Where a webhook of this name sends to. */
  String url(String webhook) {
    return server.url("/" + webhook);
  }

  /** From now on requests of this webhook are verified with this secret. */
  void verify(String webhook, String secret) {
    secrets.put(webhook, new SignatureCheck(List.of(secret), clock));
  }

  /** From now on this function chooses the status of each answer. */
  void answerWith(ToIntFunction<Arrival> status) {
    answer = status;
  }

  void takeAll() {
    answer = Inbox::take;
  }

  private static int take(Arrival arrival) {
    return 204;
  }

  /** How long the receiver works on each request. */
  void workFor(Duration time) {
    latency = time;
  }

  synchronized Arrivals arrivals() {
    return new Arrivals(arrivals);
  }

  /** Waits until the arrivals are as wanted; false if they are not within the limit. */
  synchronized boolean await(Duration limit, Predicate<Arrivals> wanted)
      throws InterruptedException {
    long until = System.nanoTime() + limit.toNanos();
    while (!wanted.test(arrivals())) {
      long left = until - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(Math.max(1, left / 1_000_000));
    }
    return true;
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String webhook = exchange.getRequestURI().getPath().substring(1);
    Headers headers = exchange.getRequestHeaders();
    Arrival arrival = Arrival.of(webhook, headers, body, verified(webhook, headers, body));
    int status = remember(arrival);
    work();
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private boolean verified(String webhook, Headers headers, byte[] body) {
    SignatureCheck check = secrets.get(webhook);
    return check != null
        && check
            .check(
                headers.getFirst("webhook-id"),
                headers.getFirst("webhook-timestamp"),
                headers.getFirst("webhook-signature"),
                body)
            .good();
  }

  private synchronized int remember(Arrival arrival) {
    int status = answer.applyAsInt(arrival);
    arrivals.add(arrival.answered(status));
    notifyAll();
    return status;
  }

  private void work() {
    try {
      Thread.sleep(latency);
    } catch (InterruptedException e) {
      // Only closing interrupts; the answer then goes out at once.
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
