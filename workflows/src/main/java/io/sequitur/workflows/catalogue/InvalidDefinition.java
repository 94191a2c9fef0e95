package io.sequitur.workflows.catalogue;

import io.sequitur.workflows.json.Problem;
import java.util.List;

/** A definition is refused; lists every problem, with pointers into what was sent. No values. */
public final class InvalidDefinition extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  public InvalidDefinition(List<Problem> problems) {
    super(problems.toString(), null, false, false);
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}
