package io.sequitur.workflows.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.workflows.json.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes one kind of definition from a JSON or YAML node, finding every problem in one reading.
 *
 * @param <T> the definition
 */
public abstract class DefinitionReader<T> {
  private final String[] known;

  /**
   * @param known the fields a definition may have, besides {@code name}
   */
  protected DefinitionReader(String... known) {
    this.known = new String[known.length + 1];
    this.known[0] = "name";
    System.arraycopy(known, 0, this.known, 1, known.length);
  }

  /** What it asks for: the fields a definition may have, their types, limits and defaults. */
  public final ObjectShape shape() {
    return Recording.of(
        List.of(known),
        fields -> {
          String unused = fields.text("name", CatalogueName.MAX_LENGTH);
          define("name", fields);
        });
  }

  /**
   * The body of {@code PUT /v1/KIND/NAME}; {@code name} may stand in it if it is the same.
   *
   * @throws InvalidDefinition with all problems
   */
  public final T read(String name, JsonNode node) {
    List<Problem> problems = new ArrayList<>();
    nameProblem(name).ifPresent(problem -> problems.add(new Problem("", problem)));
    Fields fields = Fields.of(node, "", problems, known);
    String written = fields.text("name", Integer.MAX_VALUE);
    if (written != null && !written.equals(name)) {
      fields.problem("name", "Must be the name in the path, or be left out.");
    }
    T definition = define(name, fields);
    if (!problems.isEmpty()) {
      throw new InvalidDefinition(problems);
    }
    return definition;
  }

  /**
   * An entry of a list in a catalogue file, which names itself.
   *
   * @param at the entry's pointer
   * @param problems takes what is wrong
   * @return nothing if anything was wrong
   */
  public final Optional<T> read(JsonNode node, String at, List<Problem> problems) {
    List<Problem> own = new ArrayList<>();
    Fields fields = Fields.of(node, at, own, known);
    String name = fields.requiredText("name", Integer.MAX_VALUE, this::nameProblem);
    T definition = define(name, fields);
    problems.addAll(own);
    return own.isEmpty() ? Optional.of(definition) : Optional.empty();
  }

  /** What is wrong with a name of this kind. */
  protected Optional<String> nameProblem(String name) {
    return CatalogueName.problem(name);
  }

  /**
   * The definition in these fields. What is wrong is noted there; the result is dropped then, so it
   * may hold whatever stands in for it.
   */
  protected abstract T define(String name, Fields fields);
}
