package io.sequitur.workflows.catalogue;

import dev.cel.common.CelErrorCode;
import dev.cel.common.exceptions.CelRuntimeException;

/**
 * A filter cannot go on. CEL takes it as one of its own errors. Without a stack trace, because
 * filters may fail in each turn of a loop.
 */
final class FilterFailure extends CelRuntimeException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  FilterFailure(String reason, CelErrorCode code) {
    super(new Reason(reason), code);
    this.reason = reason;
  }

  @Override
  public String getMessage() {
    return reason;
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }

  private static final class Reason extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Reason(String message) {
      super(message, null, false, false);
    }
  }
}
