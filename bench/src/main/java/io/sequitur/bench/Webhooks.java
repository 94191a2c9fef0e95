package io.sequitur.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The webhooks {@code bench-1} to {@code bench-N} that a run delivers to, and those that stand
 * beside them; deleted when closed.
 */
final class Webhooks implements Closeable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int NOT_FOUND = 404;
  private static final String EVENTS = "bench.tick";

  /** The receiver takes whatever comes; the default of 10 would measure its round trip times 10. */
  private static final int CONCURRENCY = 100;

  private final Endpoint endpoint;
  private final Deque<String> made = new ArrayDeque<>();

  private Webhooks(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /** Nothing is made yet, so that what is made can be registered for deletion first. */
  static Webhooks at(Endpoint endpoint) {
    return new Webhooks(endpoint);
  }

  void make(Plan plan, Receiver receiver) {
    try (HttpConnection connection = new HttpConnection(endpoint, TIMEOUT)) {
      for (int i = 1; i <= plan.bystanders(); i++) {
        put(connection, "bench-bystander-" + i, definition(receiver.url(i), "bench.other-" + i));
      }
      for (int i = 1; i <= plan.hanging(); i++) {
        put(connection, "bench-hanging-" + i, definition(receiver.hangingUrl(), EVENTS));
      }
      for (int i = 1; i <= plan.fanOut(); i++) {
        ObjectNode webhook = definition(receiver.url(i), EVENTS);
        put(connection, "bench-" + i, plan.ordered() ? webhook.put("ordered", true) : webhook);
      }
    } catch (IOException e) {
      throw BenchException.unreachable(
          "Cannot reach the server at " + endpoint + " (" + e.getMessage() + "); is it running?",
          e);
    }
  }

  private void put(HttpConnection connection, String name, ObjectNode webhook) throws IOException {
    made.push(name);
    byte[] request = endpoint.request("PUT", path(name), "application/json", webhook.toString());
    HttpConnection.Answer answer = connection.exchange(request);
    if (!answer.isSuccess()) {
      throw refused(name, answer);
    }
  }

  private static ObjectNode definition(String url, String events) {
    ObjectNode webhook = new ObjectMapper().createObjectNode();
    webhook.put("url", url).put("maxConcurrency", CONCURRENCY).putArray("events").add(events);
    return webhook;
  }

  private BenchException refused(String name, HttpConnection.Answer answer) {
    boolean key = answer.status() == 401 || answer.status() == 403;
    String advice = key ? "; set SEQUITUR_API_KEY to a key that may write webhooks" : "";
    return BenchException.failed(
        "%s refused webhook %s with HTTP %d%s: %s"
            .formatted(endpoint, name, answer.status(), advice, answer.body().strip()));
  }

  @Override
  public void close() throws IOException {
    try (HttpConnection connection = new HttpConnection(endpoint, TIMEOUT)) {
      for (; !made.isEmpty(); made.pop()) {
        String path = path(made.element());
        byte[] request = endpoint.request("DELETE", path, "application/json", "");
        HttpConnection.Answer answer = connection.exchange(request);
        if (!answer.isSuccess() && answer.status() != NOT_FOUND) {
          throw new IOException("HTTP " + answer.status() + " on DELETE " + path);
        }
      }
    }
  }

  private static String path(String name) {
    return "/v1/webhooks/" + name;
  }
}
