package io.sequitur.api.mode.demo;

import com.sun.net.httpserver.Headers;
import io.sequitur.api.cli.text.Json;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/**
 * One request at the receiver, and how it was answered.
 *
 * @param nanos of the monotonic clock
 * @param lane the source and the partition key: within it, order is promised
 * @param token what stood in the header that the key-value fills
 * @param status the answer
 */
record Arrival(
    long nanos,
    String webhook,
    String id,
    String lane,
    long sequence,
    int attempt,
    String token,
    boolean verified,
    String body,
    int status) {

  static Arrival of(String webhook, Headers headers, byte[] bytes, boolean verified) {
    String body = new String(bytes, StandardCharsets.UTF_8);
    return new Arrival(
        System.nanoTime(),
        webhook,
        header(headers, "webhook-id"),
        Json.parseOrMissing(body).path("source").asText() + " " + header(headers, "sequitur-key"),
        number(header(headers, "sequitur-sequence")),
        (int) number(header(headers, "sequitur-attempt")),
        header(headers, "authorization"),
        verified,
        body,
        0);
  }

  Arrival answered(int newStatus) {
    return new Arrival(
        nanos, webhook, id, lane, sequence, attempt, token, verified, body, newStatus);
  }

  boolean taken() {
    return status / 100 == 2;
  }

  private static String header(Headers headers, String name) {
    return Objects.requireNonNullElse(headers.getFirst(name), "");
  }

  private static long number(String text) {
    return Optional.of(text)
        .filter(digits -> digits.matches("\\d{1,18}"))
        .map(Long::parseLong)
        .orElse(-1L);
  }
}
