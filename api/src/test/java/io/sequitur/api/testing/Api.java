package io.sequitur.api.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A client of the HTTP API, without any knowledge of its classes. */
public final class Api {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final String url;
  private final @Nullable String key;
  private final Duration timeout;

  public Api(String url) {
    this(url, null);
  }

  public Api(String url, @Nullable String key) {
    this(url, key, TIMEOUT);
  }

  /** With so much patience for each answer; after that it throws. */
  public Api(String url, @Nullable String key, Duration timeout) {
    this.url = url;
    this.key = key;
    this.timeout = timeout;
  }

  /** An answer. */
  public record Response(int status, HttpHeaders headers, String body) {
    public JsonNode json() {
      return parse(body);
    }

    public String header(String name) {
      return headers.firstValue(name).orElse("");
    }

    /** Itself, if it has this status; else the test fails with what was said. */
    public Response expect(int expected) {
      if (status != expected) {
        throw new AssertionError("expected " + expected + ", was " + status + ": " + body);
      }
      return this;
    }
  }

  /** Of the server, without a path. */
  public String url() {
    return url;
  }

  public Response get(String path) {
    return send("GET", path, null);
  }

  public Response delete(String path) {
    return send("DELETE", path, null);
  }

  public Response put(String path, String json, String... headers) {
    return send("PUT", path, json, headers);
  }

  public Response post(String path, String json, String... headers) {
    return send("POST", path, json, headers);
  }

  /** Any request; the body is sent as {@code application/json} unless the headers say otherwise. */
  public Response send(String method, String path, @Nullable String body, String... headers) {
    byte[] bytes = body == null ? null : body.getBytes(StandardCharsets.UTF_8);
    return sendBytes(method, path, bytes, headers);
  }

  public Response sendBytes(String method, String path, byte @Nullable [] body, String... headers) {
    try {
      HttpResponse<String> answer =
          client.send(request(method, path, body, headers), BodyHandlers.ofString());
      return new Response(answer.statusCode(), answer.headers(), answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Posts without waiting. */
  public CompletableFuture<Response> postLater(String path, String json) {
    return client
        .sendAsync(
            request("POST", path, json.getBytes(StandardCharsets.UTF_8)), BodyHandlers.ofString())
        .thenApply(answer -> new Response(answer.statusCode(), answer.headers(), answer.body()));
  }

  /** Publishes one event and gives its id. */
  public String publish(String json) {
    return post("/v1/events", json).expect(202).json().get("id").textValue();
  }

  /** Makes a webhook and gives its signing secret. */
  public String webhook(String name, String json) {
    return put("/v1/webhooks/" + name, json).expect(201).json().get("signingSecret").textValue();
  }

  /** The deliveries of a webhook, newest first. */
  public List<JsonNode> deliveries(String webhook) {
    List<JsonNode> items = new ArrayList<>();
    get("/v1/deliveries?limit=200&webhook=" + webhook)
        .expect(200)
        .json()
        .get("items")
        .forEach(items::add);
    return items;
  }

  /** The one delivery of a webhook, with its attempts. */
  public JsonNode delivery(String webhook) {
    List<JsonNode> all = deliveries(webhook);
    if (all.size() != 1) {
      throw new AssertionError("not one delivery of " + webhook + ": " + all);
    }
    return get("/v1/deliveries/" + all.getFirst().get("id").textValue()).expect(200).json();
  }

  public static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + json, e);
    }
  }

  private HttpRequest request(
      String method, String path, byte @Nullable [] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(timeout)
            .method(
                method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    if (body != null) {
      request.setHeader("Content-Type", "application/json");
    }
    if (key != null) {
      request.setHeader("Authorization", "Bearer " + key);
    }
    for (int i = 0; i + 1 < headers.length; i += 2) {
      request.setHeader(headers[i], headers[i + 1]);
    }
    return request.build();
  }
}
