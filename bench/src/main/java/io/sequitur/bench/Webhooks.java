package io.sequitur.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/** The webhooks {@code bench-1} to {@code bench-N} that a run delivers to; deleted when closed. */
final class Webhooks implements Closeable {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final int NOT_FOUND = 404;

  /** The receiver takes whatever comes; the default of 10 would measure its round trip times 10. */
  private static final int CONCURRENCY = 100;

  private final Endpoint endpoint;
  private int made;

  private Webhooks(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /** Nothing is made yet, so that what is made can be registered for deletion first. */
  static Webhooks at(Endpoint endpoint) {
    return new Webhooks(endpoint);
  }

  void make(int count, boolean ordered, Receiver receiver) {
    try (HttpConnection connection = new HttpConnection(endpoint, TIMEOUT)) {
      while (made < count) {
        made++;
        String body = definition(receiver.url(made), ordered);
        byte[] request = endpoint.request("PUT", path(made), "application/json", body);
        HttpConnection.Answer answer = connection.exchange(request);
        if (!answer.isSuccess()) {
          throw refused(answer);
        }
      }
    } catch (IOException e) {
      throw BenchException.unreachable(
          "Cannot reach the server at " + endpoint + " (" + e.getMessage() + "); is it running?",
          e);
    }
  }

  private static String definition(String url, boolean ordered) {
    ObjectNode webhook = new ObjectMapper().createObjectNode();
    webhook.put("url", url).put("maxConcurrency", CONCURRENCY).putArray("events").add("bench.tick");
    if (ordered) {
      webhook.put("ordered", true);
    }
    return webhook.toString();
  }

  private BenchException refused(HttpConnection.Answer answer) {
    boolean key = answer.status() == 401 || answer.status() == 403;
    String advice = key ? "; set SEQUITUR_API_KEY to a key that may write webhooks" : "";
    return BenchException.failed(
        "%s refused webhook bench-%d with HTTP %d%s: %s"
            .formatted(endpoint, made, answer.status(), advice, answer.body().strip()));
  }

  @Override
  public void close() throws IOException {
    try (HttpConnection connection = new HttpConnection(endpoint, TIMEOUT)) {
      for (; made > 0; made--) {
        byte[] request = endpoint.request("DELETE", path(made), "application/json", "");
        HttpConnection.Answer answer = connection.exchange(request);
        if (!answer.isSuccess() && answer.status() != NOT_FOUND) {
          throw new IOException("HTTP " + answer.status() + " on DELETE " + path(made));
        }
      }
    }
  }

  private static String path(int number) {
    return "/v1/webhooks/bench-" + number;
  }
}
