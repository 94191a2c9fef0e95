package io.sequitur.workflows.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.workflows.catalogue.TriggerAction.Invalidate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the action {@code invalidate}: as users write it, and as it stands in a row. */
public final class InvalidateReader {
  private static final int MAX_KEYS = 100;
  private static final int MAX_KEY = 1000;

  private InvalidateReader() {}

  static Invalidate read(Fields action) {
    List<String> keys = action.texts(Invalidate.KIND, MAX_KEYS, InvalidateReader::problem);
    if (keys.isEmpty() && action.has(Invalidate.KIND)) {
      action.problem(
          Invalidate.KIND, "Must name at least one key, such as \"team:{{ data.team }}:flags\".");
    }
    return new Invalidate(keys.stream().map(Template::parse).toList());
  }

  /**
   * The keys for an event.
   *
   * @param parameters as they stand in a row
   * @throws TemplateFailure if the event lacks a field, or a key would be one of the engine's own
   * @throws IllegalArgumentException if somebody put something else there by hand
   */
  public static List<String> keys(JsonNode parameters, EventContext event) {
    if (!parameters.isArray()) {
      throw new IllegalArgumentException("its keys are not a list");
    }
    List<String> keys = new ArrayList<>();
    for (JsonNode written : parameters) {
      String key = Template.parse(written.asText()).text(event);
      if (key.isEmpty() || key.startsWith(CacheDefinitionReader.OWN) || key.startsWith("*")) {
        throw new TemplateFailure(
            "`%s` gives the key \"%s\", which is no user's".formatted(written.asText(), key));
      }
      keys.add(key);
    }
    return keys;
  }

  private static Optional<String> problem(String key) {
    if (key.isBlank() || key.length() > MAX_KEY) {
      return Optional.of("A key has 1 to %d characters.".formatted(MAX_KEY));
    }
    if (key.startsWith(CacheDefinitionReader.OWN) || key.startsWith("*")) {
      return Optional.of("Keys that begin with `sequitur:` or `*` are Sequitur's own.");
    }
    return Texts.lineProblem(key).or(() -> Template.problem(key));
  }
}
