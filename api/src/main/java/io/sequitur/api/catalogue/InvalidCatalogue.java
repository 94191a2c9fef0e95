package io.sequitur.api.catalogue;

import io.sequitur.api.document.PlacedProblem;
import java.util.List;

/** A file is refused, with everything that is wrong with it. */
final class InvalidCatalogue extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<PlacedProblem> problems;
  private final boolean readable;

  InvalidCatalogue(List<PlacedProblem> problems, boolean readable) {
    super("an invalid catalogue", null, false, false);
    this.problems = List.copyOf(problems);
    this.readable = readable;
  }

  List<PlacedProblem> problems() {
    return problems;
  }

  /** Whether it is YAML or JSON at all. */
  boolean readable() {
    return readable;
  }
}
