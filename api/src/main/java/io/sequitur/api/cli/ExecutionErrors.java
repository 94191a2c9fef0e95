package io.sequitur.api.cli;

import io.sequitur.api.cli.text.CliException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * What failed as one line, its details indented below; where in the program it failed only under
 * {@code --debug}.
 */
final class ExecutionErrors implements IExecutionExceptionHandler {

  @Override
  public int handleExecutionException(Exception error, CommandLine command, ParseResult parsed) {
    PrintWriter err = command.getErr();
    err.println("sequitur: " + oneLine(reason(error)));
    if (error instanceof CliException explained) {
      explained.details().forEach(detail -> err.println("  " + oneLine(detail)));
    }
    if (debugged(parsed)) {
      error.printStackTrace(err);
    }
    err.flush();
    return error instanceof CliException explained ? explained.exitCode() : CliException.FAILURE;
  }

  static String oneLine(@Nullable String text) {
    return text == null ? "" : text.strip().replaceAll("\\s*\\R\\s*", " ");
  }

  private static String reason(Exception error) {
    String message = error.getMessage();
    if (message == null || message.isBlank()) {
      return error.getClass().getSimpleName() + " (--debug shows where)";
    }
    return error instanceof CliException
        ? message
        : error.getClass().getSimpleName() + ": " + message;
  }

  // The option may stand behind any word of the command.
  private static boolean debugged(ParseResult parsed) {
    for (ParseResult at = parsed; at != null; at = at.hasSubcommand() ? at.subcommand() : null) {
      if (at.hasMatchedOption(Cli.DEBUG)) {
        return true;
      }
    }
    return false;
  }
}
