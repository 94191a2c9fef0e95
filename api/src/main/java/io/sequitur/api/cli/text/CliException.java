package io.sequitur.api.cli.text;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A failure that its message explains to the user: what was wrong, where, and what to do. The
 * message is one line; each detail is printed on an indented line of its own.
 */
public class CliException extends RuntimeException {
  /** The command failed. */
  public static final int FAILURE = 1;

  /** The server cannot be reached: EX_UNAVAILABLE of sysexits. */
  public static final int UNAVAILABLE = 69;

  private static final long serialVersionUID = 1L;

  private final int exitCode;
  private final transient List<String> details;

  public CliException(String message) {
    this(message, List.of(), FAILURE, null);
  }

  public CliException(String message, Throwable cause) {
    this(message, List.of(), FAILURE, cause);
  }

  public CliException(
      String message, List<String> details, int exitCode, @Nullable Throwable cause) {
    super(message, cause);
    this.details = List.copyOf(details);
    this.exitCode = exitCode;
  }

  public final int exitCode() {
    return exitCode;
  }

  public final List<String> details() {
    return details;
  }
}
