package io.sequitur.api.mode.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.api.cli.text.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * CloudEvents made from GitHub's example payloads; {@code demo/NOTICE} tells where they are from.
 */
final class Samples {
  private static final String FILE = "/demo/events.jsonl";

  private final List<JsonNode> events;
  private int made;

  private Samples(List<JsonNode> events) {
    this.events = events;
  }

  static Samples load() {
    try (InputStream file = Objects.requireNonNull(Samples.class.getResourceAsStream(FILE), FILE)) {
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      return new Samples(text.lines().map(Json::parseOrMissing).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As they are. */
  List<JsonNode> all() {
    return events;
  }

  /** Some more like them, with ids of their own. */
  List<JsonNode> more(int count) {
    List<JsonNode> more = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      more.add(copy(events.get(made % events.size())));
    }
    return more;
  }

  /** One more like them, from this repository. */
  JsonNode from(String repository) {
    JsonNode like =
        events.stream()
            .filter(event -> event.path("subject").asText().equals(repository))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no sample is from " + repository));
    return copy(like);
  }

  private JsonNode copy(JsonNode event) {
    made++;
    ObjectNode copy = event.deepCopy();
    return copy.put("id", copy.path("id").asText() + "-" + made);
  }
}
