package io.sequitur.api.cli;

import io.sequitur.api.cli.text.Terminal;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a script that completes commands and options in bash and zsh. */
@Command(
    name = "completion",
    aliases = "generate-completion",
    description = "Prints a script that completes commands and options.",
    footer = {"", "Example:", "  source <(sequitur completion bash)"})
@SuppressWarnings("NullAway.Init") // picocli sets the field before it calls the command
final class CompletionCommand implements Callable<Integer> {
  /** Both read the same script; zsh by its own emulation of bash's completion. */
  enum Shell {
    BASH("~/.bashrc"),
    ZSH("~/.zshrc");

    private final String startUp;

    Shell(String startUp) {
      this.startUp = startUp;
    }
  }

  private final Terminal terminal;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "SHELL",
      defaultValue = "bash",
      description = "bash (default) or zsh.")
  private Shell shell;

  @Spec private CommandSpec command;

  CompletionCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    String word = shell.name().toLowerCase(Locale.ROOT);
    terminal
        .out()
        .printf("# For good: source <(sequitur completion %s) in %s%n", word, shell.startUp);
    terminal.out().println(AutoComplete.bash("sequitur", command.root().commandLine()));
    return 0;
  }
}
