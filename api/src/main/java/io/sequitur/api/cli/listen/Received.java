package io.sequitur.api.cli.listen;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.Headers;
import io.sequitur.api.cli.text.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One delivery as it arrived.
 *
 * @param id the {@code webhook-id}: the same on every attempt
 * @param type and {@code source}: of the event in the body, if there is one
 * @param sequence the {@code sequitur-sequence} of its key, or null
 * @param replay whether it was sent again on purpose
 */
record Received(
    Instant at,
    @Nullable String id,
    @Nullable String webhook,
    @Nullable String type,
    @Nullable String source,
    @Nullable String key,
    @Nullable Long sequence,
    @Nullable String attempt,
    boolean replay,
    Verdict verdict,
    String body) {

  static Received of(Headers headers, byte[] body, Verdict verdict, Instant at) {
    String text = new String(body, StandardCharsets.UTF_8);
    JsonNode event = Json.parseOrMissing(text);
    return new Received(
        at,
        headers.getFirst("webhook-id"),
        headers.getFirst("sequitur-webhook"),
        event.path("type").textValue(),
        event.path("source").textValue(),
        headers.getFirst("sequitur-key"),
        number(headers.getFirst("sequitur-sequence")),
        headers.getFirst("sequitur-attempt"),
        headers.containsKey("sequitur-replay"),
        verdict,
        text);
  }

  /** For a person: the key and the position in it. */
  String position() {
    return key == null ? "" : sequence == null ? key : key + "/" + sequence;
  }

  private static @Nullable Long number(@Nullable String text) {
    return text != null && text.matches("\\d{1,18}") ? Long.valueOf(text) : null;
  }
}
