package io.sequitur.api.http;

import io.sequitur.workflows.json.Problem;
import java.util.List;

/** A request is refused, with what the caller needs to know. */
public final class ProblemException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ProblemType type;
  private final transient List<Problem> errors;

  public ProblemException(ProblemType type, String detail, List<Problem> errors) {
    super(detail, null, false, false);
    this.type = type;
    this.errors = List.copyOf(errors);
  }

  public ProblemException(ProblemType type, String detail) {
    this(type, detail, List.of());
  }

  ProblemType type() {
    return type;
  }

  List<Problem> errors() {
    return errors;
  }
}
