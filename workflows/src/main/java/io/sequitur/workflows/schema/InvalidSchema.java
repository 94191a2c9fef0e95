package io.sequitur.workflows.schema;

import io.sequitur.workflows.json.Problem;
import java.util.List;

/** A schema is refused, with all that was found wrong; pointers lead into the schema. */
public final class InvalidSchema extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  InvalidSchema(List<Problem> problems) {
    super(problems.getFirst().toString(), null, false, false);
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}
