package io.sequitur.api.cli.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.cli.text.CliException;
import io.sequitur.api.cli.text.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Asks one server. An answer outside 2xx is an {@link ApiException}, no answer a {@link
 * CliException} with code 69.
 */
public final class ApiClient {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** Longer than a batch of a hundred large events takes on a busy server. */
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(60);

  // 1.1, because asking for an upgrade to 2 costs a round trip and gains nothing for one request.
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  private final ServerAddress server;
  private final @Nullable String key;

  /**
   * A client of the server.
   *
   * @param key sent as a bearer token, if there is one
   */
  public ApiClient(ServerAddress server, @Nullable String key) {
    this.server = server;
    this.key = key;
  }

  /** Reads; the path begins with a slash and may have a query. */
  public ApiResponse get(String path) {
    return send(request(path).GET());
  }

  public ApiResponse delete(String path) {
    return send(request(path).DELETE());
  }

  public ApiResponse put(String path, JsonNode body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(Json.write(body))));
  }

  /** Posts a text as it is. */
  public ApiResponse post(String path, String contentType, String body) {
    return post(path, contentType, body, Map.of());
  }

  /** The same with further headers. */
  public ApiResponse post(
      String path, String contentType, String body, Map<String, String> headers) {
    HttpRequest.Builder request = request(path).header("Content-Type", contentType);
    headers.forEach(request::header);
    return send(request.POST(BodyPublishers.ofString(body)));
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .timeout(REQUEST_TIMEOUT)
            .header("Accept", "application/json")
            .header("User-Agent", "sequitur-cli");
    return key == null ? request : request.header("Authorization", "Bearer " + key);
  }

  private ApiResponse send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      if (response.statusCode() / 100 == 2) {
        return new ApiResponse(response.statusCode(), response.body());
      }
      throw ApiException.of(server, response.statusCode(), response.body());
    } catch (IOException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException("interrupted while waiting for " + server.url(), e);
    }
  }

  private CliException unreachable(IOException cause) {
    String reason =
        cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    if (cause instanceof java.net.ConnectException) {
      // The JDK gives no message for a refused connection.
      reason = "connection refused or no such host";
    }
    return new CliException(
        "cannot reach %s (from %s): %s; start a server with 'sequitur dev', or name another with --url"
            .formatted(server.url(), server.source(), reason),
        List.of(),
        CliException.UNAVAILABLE,
        cause);
  }
}
