package io.sequitur.workflows.json;

/** The bytes are not JSON as {@link StrictJson} demands it; carries where and why. */
public final class MalformedJson extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  MalformedJson(Problem problem) {
    super(problem.toString(), null, false, false);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
