package io.sequitur.api.cli.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.workflows.json.Problem;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills {@code ${NAME}} in from the environment of the command: in the value of a secret and in a
 * signing secret, and nowhere else.
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
    if (!(entry instanceof ObjectNode object) || !entry.path(field).isTextual()) {
      return;
    }
    Optional<String> value = filled(entry.path(field).textValue(), pointer + "/" + field);
    if (value.isPresent()) {
      object.put(field, value.get());
    } else if (required) {
      object.put(field, MISSING);
    } else {
      object.remove(field);
    }
  }

  /** With the values of all variables in it, or nothing if one of them has none. */
  private Optional<String> filled(String text, String pointer) {
    StringBuilder filled = new StringBuilder();
    Matcher matcher = VARIABLE.matcher(text);
    boolean complete = true;
    while (matcher.find()) {
      String name = matcher.group(1);
      String value = environment.get(name);
      if (value == null || value.isEmpty()) {
        String missing = value == null ? " is not set." : " is set, but empty.";
        problems.add(new Problem(pointer, "The environment variable " + name + missing));
        complete = false;
      }
      matcher.appendReplacement(
          filled, Matcher.quoteReplacement(Objects.requireNonNullElse(value, "")));
    }
    matcher.appendTail(filled);
    return complete ? Optional.of(filled.toString()) : Optional.empty();
  }
}
