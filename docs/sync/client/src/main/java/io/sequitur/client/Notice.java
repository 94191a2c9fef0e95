package io.sequitur.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * That there is something to pull, and no more: it may be late, come twice, or not at all.
 *
 * @param generation the newest when it left
 * @param set in the modes {@code push} and {@code both}: what there is; null: it has to be pulled
 */
public record Notice(String notificationId, long generation, @Nullable TriggerSet set) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads one whose signature was verified; fields that are not known are ignored.
   *
   * @throws IOException if it is none
   */
  public static Notice parse(byte[] body) throws IOException {
    JsonNode json = JSON.readTree(body);
    String id = json.path("notificationId").asText("");
    long generation = json.path("generation").asLong(0);
    if (id.isEmpty() || generation < 1) {
      throw new IOException("a notice has a notificationId and a generation");
    }
    return new Notice(id, generation, set(json, generation));
  }

  private static @Nullable TriggerSet set(JsonNode json, long generation) {
    if (!json.path("items").isArray() || !json.path("hash").isTextual()) {
      return null;
    }
    List<JsonNode> items = new ArrayList<>();
    json.path("items").forEach(items::add);
    return new TriggerSet(generation, json.path("hash").asText(), items);
  }
}
