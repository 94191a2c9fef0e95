package io.sequitur.api.cli.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.workflows.json.Problem;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills {@code ${NAME}} in from the environment of the command: in the value of a secret and in a
 * signing secret, where it is the whole text, and nowhere else.
 */
record Variables(Map<String, String> environment, List<Problem> problems) {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

  /** Stands in for a missing one, so that the server can say what else is wrong. */
  private static final String MISSING = "missing";

  /** A copy of the file with the values. */
  JsonNode fill(JsonNode file) {
    JsonNode filled = file.deepCopy();
    JsonNode keyValues = filled.path("keyValues");
    for (int i = 0; i < keyValues.size(); i++) {
      if (keyValues.path(i).path("kind").asText().equals("secret")) {
        fill(keyValues.get(i), "value", "/keyValues/" + i, true);
      }
    }
    JsonNode webhooks = filled.path("webhooks");
    for (int i = 0; i < webhooks.size(); i++) {
      fill(webhooks.path(i), "signingSecret", "/webhooks/" + i, false);
    }
    return filled;
  }

  private void fill(JsonNode entry, String field, String pointer, boolean required) {
    Matcher matcher = VARIABLE.matcher(entry.path(field).asText());
    if (!(entry instanceof ObjectNode object) || !matcher.matches()) {
      return;
    }
    String value = environment.get(matcher.group(1));
    if (value != null) {
      object.put(field, value);
      return;
    }
    problems.add(
        new Problem(
            pointer + "/" + field,
            "The environment variable " + matcher.group(1) + " is not set."));
    if (required) {
      object.put(field, MISSING);
    } else {
      object.remove(field);
    }
  }
}
