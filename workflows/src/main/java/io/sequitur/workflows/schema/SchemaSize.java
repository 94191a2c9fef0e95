package io.sequitur.workflows.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.workflows.json.Problem;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** How large a schema may be, so that reading and compiling it takes no time worth naming. */
final class SchemaSize {
  /** In characters, as JSON. */
  static final int MAX_LENGTH = 256 * 1024;

  static final int MAX_DEPTH = 48;
  static final int MAX_VALUES = 20_000;

  private record Level(JsonNode node, int depth) {}

  private SchemaSize() {}

  static List<Problem> problems(JsonNode root) {
    int values = 0;
    Deque<Level> waiting = new ArrayDeque<>(List.of(new Level(root, 1)));
    while (!waiting.isEmpty()) {
      Level level = waiting.remove();
      values++;
      if (values > MAX_VALUES) {
        return problem("The schema has more than " + MAX_VALUES + " values.");
      }
      if (level.depth > MAX_DEPTH) {
        return problem("The schema is nested deeper than " + MAX_DEPTH + " levels.");
      }
      if (level.node.isNumber() && !Double.isFinite(level.node.doubleValue())) {
        return problem("The schema has a number that is too large.");
      }
      level.node.forEach(child -> waiting.add(new Level(child, level.depth + 1)));
    }
    return root.toString().length() > MAX_LENGTH
        ? problem("The schema has more than " + MAX_LENGTH + " characters.")
        : List.of();
  }

  private static List<Problem> problem(String detail) {
    return List.of(new Problem("", detail));
  }
}
