package io.sequitur.workflows.schema;

import com.networknt.schema.SchemaException;

/**
 * A check was given up because it would take too long. The library passes its own exceptions on
 * without logging them.
 */
final class TooCostly extends SchemaException {
  private static final long serialVersionUID = 1L;

  TooCostly(String message) {
    super(message);
  }

  /** Thrown from deep recursion, where the stack would say nothing and cost much. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
