package io.sequitur.api.reference;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.cli.http.Query;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * A request that the document shows, and what it answers.
 *
 * @param operation method and path template
 * @param path values of the path's parameters; a value {@code $x} is what another example saved
 * @param body JSON, or a text of another type
 * @param fill if above 0, that many bytes in the body, and not shown
 * @param save pointers into the answer, by the name under which later examples use them
 */
public record Example(
    String operation,
    String name,
    int status,
    String says,
    Map<String, String> path,
    Map<String, String> query,
    Map<String, String> headers,
    String contentType,
    JsonNode body,
    int fill,
    JsonNode answer,
    Map<String, String> save) {
  static final String JSON = "application/json";

  static Example of(String operation, JsonNode words) {
    return new Example(
        operation,
        words.path("name").asText(),
        words.path("status").asInt(),
        words.path("says").asText(),
        texts(words.path("path")),
        texts(words.path("query")),
        texts(words.path("headers")),
        words.path("type").asText(JSON),
        words.path("body"),
        words.path("fill").asInt(),
        words.path("answer"),
        texts(words.path("save")));
  }

  /** Whether it stands in the document: what is too large, or only repeats another, does not. */
  boolean shown() {
    return fill == 0;
  }

  public String method() {
    return operation.substring(0, operation.indexOf(' '));
  }

  public String template() {
    return operation.substring(operation.indexOf(' ') + 1);
  }

  /** The path and query to ask for. */
  public String target(Function<String, String> saved) {
    String target = template();
    for (Map.Entry<String, String> parameter : path.entrySet()) {
      target =
          target.replace(
              "{" + parameter.getKey() + "}",
              Query.segment(saved.apply(parameter.getValue())).replace("%3A", ":"));
    }
    Query asked = new Query(target);
    for (Map.Entry<String, String> parameter : query.entrySet()) {
      asked = asked.with(parameter.getKey(), saved.apply(parameter.getValue()));
    }
    return asked.text();
  }

  private static Map<String, String> texts(JsonNode words) {
    Map<String, String> texts = new LinkedHashMap<>();
    words.properties().forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
    return texts;
  }
}
