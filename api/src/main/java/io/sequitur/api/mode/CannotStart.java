package io.sequitur.api.mode;

import org.jspecify.annotations.Nullable;

/** A part cannot be started; the message is one line that tells the user what to do. */
final class CannotStart extends Exception {
  private static final long serialVersionUID = 1;

  CannotStart(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
