package io.sequitur.workflows.event;

import io.sequitur.workflows.json.Problem;
import java.util.List;

/** What was published is refused; lists every problem found, with pointers into what was sent. */
public final class InvalidEvent extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why, as one HTTP status; the gravest comes first. */
  public enum Kind {
    MALFORMED(400),
    TOO_LARGE(413),
    FORBIDDEN_TYPE(422);

    private final int status;

    Kind(int status) {
      this.status = status;
    }

    public int status() {
      return status;
    }
  }

  private final Kind kind;
  private final transient List<Problem> problems;

  InvalidEvent(Kind kind, List<Problem> problems) {
    super(kind + " " + problems, null, false, false);
    this.kind = kind;
    this.problems = List.copyOf(problems);
  }

  public Kind kind() {
    return kind;
  }

  public List<Problem> problems() {
    return problems;
  }
}
