package io.sequitur.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The two requests over HTTP. */
public final class HttpSyncApi implements SyncApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** Sets that change while they are pulled are begun again; a catalogue rests now and then. */
  private static final int TRIES = 5;

  private final HttpClient client;
  private final String target;
  private final @Nullable String key;

  /**
   * @param server e.g. {@code http://127.0.0.1:8080}
   * @param target the name of the sync target
   * @param key an API key with the scope {@code sync}; null: none is needed
   */
  public HttpSyncApi(HttpClient client, URI server, String target, @Nullable String key) {
    this.client = client;
    this.target = server + "/v1/sync-targets/" + target;
    this.key = key;
  }

  @Override
  public Pulled pull(@Nullable String hash) throws IOException, InterruptedException {
    for (int left = TRIES; left > 0; left--) {
      HttpResponse<byte[]> first = page(null, hash);
      if (first.statusCode() == 304) {
        return new Pulled.Unchanged(generation(first));
      }
      Optional<TriggerSet> set = rest(JSON.readTree(expect(first)));
      if (set.isPresent()) {
        return new Pulled.Full(set.get());
      }
    }
    throw new IOException("the set changed while it was pulled, " + TRIES + " times");
  }

  // Empty: a page is of another generation, or gone.
  private Optional<TriggerSet> rest(JsonNode first) throws IOException, InterruptedException {
    long generation = first.path("generation").longValue();
    List<JsonNode> items = new ArrayList<>();
    JsonNode page = first;
    page.path("items").forEach(items::add);
    while (page.hasNonNull("next")) {
      HttpResponse<byte[]> answer = page(page.path("next").asText(), null);
      if (answer.statusCode() == 409) {
        return Optional.empty();
      }
      page = JSON.readTree(expect(answer));
      if (page.path("generation").longValue() != generation) {
        return Optional.empty();
      }
      page.path("items").forEach(items::add);
    }
    return Optional.of(new TriggerSet(generation, first.path("hash").asText(), items));
  }

  @Override
  public void acknowledge(Acknowledgement acknowledgement)
      throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode();
    body.put("generation", acknowledgement.generation()).put("hash", acknowledgement.hash());
    if (acknowledgement.notificationId() != null) {
      body.put("notificationId", acknowledgement.notificationId());
    }
    String rejection = acknowledgement.rejection();
    if (rejection == null) {
      body.put("status", "APPLIED");
    } else {
      body.put("status", "REJECTED").put("detail", rejection);
    }
    HttpResponse<byte[]> answer =
        send(
            request("/acks")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body))));
    if (answer.statusCode() == 409) {
      throw new ConflictException(text(answer));
    }
    byte[] unused = expect(answer);
  }

  private HttpResponse<byte[]> page(@Nullable String cursor, @Nullable String hash)
      throws IOException, InterruptedException {
    String query =
        cursor == null ? "" : "?cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8);
    HttpRequest.Builder request = request("/triggers" + query);
    if (hash != null) {
      request.header("If-None-Match", '"' + hash + '"');
    }
    return send(request);
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(target + path)).timeout(TIMEOUT);
    return key == null ? request : request.header("Authorization", "Bearer " + key);
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static long generation(HttpResponse<byte[]> answer) throws IOException {
    try {
      return Long.parseLong(answer.headers().firstValue("sequitur-generation").orElse(""));
    } catch (NumberFormatException e) {
      throw new IOException("the answer names no generation", e);
    }
  }

  private static byte[] expect(HttpResponse<byte[]> answer) throws IOException {
    if (answer.statusCode() != 200) {
      throw new IOException(
          answer.uri() + " was answered " + answer.statusCode() + ": " + text(answer));
    }
    return answer.body();
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
