package io.sequitur.api.cli;

import io.sequitur.api.cli.text.Terminal;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints a script that completes commands and options in bash and zsh. */
@Command(
    name = "generate-completion",
    description = "Prints a completion script for bash and zsh.",
    footer = {"", "Example:", "  source <(sequitur generate-completion)"})
@SuppressWarnings("NullAway.Init") // picocli sets the field before it calls the command
final class CompletionCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec command;

  CompletionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    terminal.out().println(AutoComplete.bash("sequitur", command.root().commandLine()));
    return 0;
  }
}
