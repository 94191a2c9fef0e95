package io.sequitur.api.reference;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The fields of every kind as tables, from the schemas of the definitions. */
final class CatalogueReference {
  private CatalogueReference() {}

  static String markdown(Words words, Map<String, JsonNode> schemas) {
    StringBuilder page = new StringBuilder();
    for (Map.Entry<String, JsonNode> list : words.at("file").properties()) {
      page.append("\n### ").append(list.getKey()).append("\n\n");
      page.append("| field | type | default | meaning |\n| --- | --- | --- | --- |\n");
      String definition = list.getValue().path("definition").asText();
      rows(page, "", Objects.requireNonNull(schemas.get(definition), definition));
    }
    return page.append('\n').toString();
  }

  private static void rows(StringBuilder page, String at, JsonNode object) {
    List<String> required = new ArrayList<>();
    object.path("required").forEach(name -> required.add(name.asText()));
    for (Map.Entry<String, JsonNode> property : object.path("properties").properties()) {
      JsonNode schema = property.getValue();
      String field = property.getKey();
      boolean needed = required.contains(field) || (at.isEmpty() && field.equals("name"));
      page.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  at + field,
                  type(schema),
                  needed ? "required" : otherwise(schema),
                  schema.path("description").asText().replace("|", "\\|")));
      if (schema.has("properties")) {
        rows(page, at + field + ".", schema);
      } else if (schema.path("items").has("properties")) {
        rows(page, at + field + "[].", schema.path("items"));
      }
    }
  }

  private static String otherwise(JsonNode schema) {
    return schema.has("default") ? "`" + schema.path("default").asText() + "`" : "";
  }

  private static String type(JsonNode schema) {
    if (schema.has("enum")) {
      List<String> words = new ArrayList<>();
      schema.path("enum").forEach(word -> words.add("`" + word.asText() + "`"));
      return String.join(" or ", words);
    }
    if (schema.has("x-minimum")) {
      return "duration, %s to %s"
          .formatted(schema.path("x-minimum").asText(), schema.path("x-maximum").asText());
    }
    return switch (schema.path("type").asText()) {
      case "string" ->
          schema.has("maxLength") ? "text, ≤ " + schema.path("maxLength").asInt() : "text";
      case "boolean" -> "`true` or `false`";
      case "integer" ->
          "%d to %d".formatted(schema.path("minimum").asInt(), schema.path("maximum").asInt());
      case "array" ->
          "list of %s, ≤ %d"
              .formatted(
                  schema.path("items").has("properties") ? "objects" : "texts",
                  schema.path("maxItems").asInt());
      case "object" -> "object";
      default -> "any";
    };
  }
}
