package io.sequitur.api.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Objects;

/** The schema of a catalogue file: lists of definitions that name themselves. */
final class CatalogueFileSchema {
  private CatalogueFileSchema() {}

  static ObjectNode of(Words words, Map<String, JsonNode> schemas) {
    ObjectNode file = JsonNodeFactory.instance.objectNode().put("type", "object");
    file.put("description", "A catalogue. What it does not name stays, unless it is pruned.");
    ObjectNode lists = file.putObject("properties");
    for (Map.Entry<String, JsonNode> list : words.at("file").properties()) {
      String definition = list.getValue().path("definition").asText();
      ObjectNode entry = Objects.requireNonNull(schemas.get(definition), definition).deepCopy();
      ArrayNode required = JsonNodeFactory.instance.arrayNode().add("name");
      for (JsonNode field : entry.path("required")) {
        if (!list.getValue().path("optional").asText().equals(field.asText())) {
          required.add(field);
        }
      }
      entry.set("required", required);
      lists.putObject(list.getKey()).put("type", "array").set("items", entry);
    }
    return file.put("additionalProperties", false);
  }
}
