package io.sequitur.workflows.schema;

import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.ExecutionContext;
import java.util.Locale;

/**
 * One check of one document. A small schema can ask for an exponential number of steps (two
 * references to what has two references…), or for endless ones, so steps and nesting are counted.
 */
final class Evaluation extends ExecutionContext {
  /** Some ten times what the largest event needs with a schema of a dozen keywords per value. */
  static final int MAX_STEPS = 1_000_000;

  /** Each costs a few frames of the stack. */
  static final int MAX_NESTING = 1_000;

  private static final ExecutionConfig CONFIG =
      ExecutionConfig.builder().locale(Locale.ENGLISH).formatAssertionsEnabled(false).build();

  private int steps;
  private int nesting;

  Evaluation() {
    super(CONFIG);
  }

  @Override
  public void evaluationPathAddLast(String token) {
    enter();
    super.evaluationPathAddLast(token);
  }

  @Override
  public void evaluationPathAddLast(int token) {
    enter();
    super.evaluationPathAddLast(token);
  }

  @Override
  public void evaluationPathRemoveLast() {
    nesting--;
    super.evaluationPathRemoveLast();
  }

  private void enter() {
    nesting++;
    if (nesting > MAX_NESTING) {
      throw new TooCostly("the schema refers to itself more than " + MAX_NESTING + " levels deep");
    }
    steps++;
    if (steps > MAX_STEPS) {
      throw new TooCostly("checking it takes more than " + MAX_STEPS + " steps");
    }
  }
}
