package io.sequitur.api.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * A command line that cannot be understood: what is wrong with it, then the usage of the command it
 * came nearest to.
 */
final class UsageErrors implements IParameterExceptionHandler {

  @Override
  public int handleParseException(ParameterException error, String[] args) {
    CommandLine command = error.getCommandLine();
    command.getErr().println("sequitur: " + ExecutionErrors.oneLine(reason(error)));
    command.getErr().println();
    command.usage(command.getErr());
    return CommandLine.ExitCode.USAGE;
  }

  private static @Nullable String reason(ParameterException error) {
    if (!(error instanceof UnmatchedArgumentException unmatched)
        || unmatched.isUnknownOption()
        || error.getCommandLine().getSubcommands().isEmpty()) {
      return error.getMessage();
    }
    String word = "there is no command '" + unmatched.getUnmatched().getFirst() + "'";
    List<String> near = unmatched.getSuggestions();
    return near.isEmpty() ? word : word + "; did you mean " + String.join(" or ", near) + "?";
  }
}
