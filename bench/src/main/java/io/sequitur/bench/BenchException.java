package io.sequitur.bench;

import org.jspecify.annotations.Nullable;

/** Ends the bench with one line for the user and the exit code that fits. */
final class BenchException extends RuntimeException {
  private static final int FAILED = 1;
  private static final int UNREACHABLE = 69;

  private final int exitCode;

  private BenchException(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  static BenchException failed(String message) {
    return new BenchException(FAILED, message, null);
  }

  static BenchException failed(String message, Throwable cause) {
    return new BenchException(FAILED, message, cause);
  }

  static BenchException unreachable(String message, Throwable cause) {
    return new BenchException(UNREACHABLE, message, cause);
  }

  int exitCode() {
    return exitCode;
  }
}
