package io.sequitur.api.cli;

import io.sequitur.api.cli.text.Terminal;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Puts the commands together, gives each the options that all have, and runs one. */
public final class Cli {
  static final String DEBUG = "--debug";

  /** Where the terminal does not say; wide enough for the examples. */
  private static final int USAGE_WIDTH = 100;

  private Cli() {}

  /**
   * Runs the command that the arguments name.
   *
   * @param root the object of the root command
   * @param commands classes of subcommands; one whose constructor takes a {@link Terminal} is given
   *     it
   * @return the exit code of the process
   */
  public static int run(Object root, List<Class<?>> commands, Terminal terminal, String... args) {
    return assemble(root, commands, terminal).execute(args);
  }

  static CommandLine assemble(Object root, List<Class<?>> commands, Terminal terminal) {
    CommandLine commandLine = new CommandLine(root, new TerminalFactory(terminal));
    commands.forEach(commandLine::addSubcommand);
    commandLine.getCommandSpec().addOption(versionOption());
    addCommonOptions(commandLine.getCommandSpec());
    return commandLine
        .setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(terminal.err(), true, StandardCharsets.UTF_8))
        .setColorScheme(CommandLine.Help.defaultColorScheme(ansi(terminal)))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(USAGE_WIDTH)
        .setUsageHelpAutoWidth(terminal.interactive())
        .setParameterExceptionHandler(new UsageErrors())
        .setExecutionExceptionHandler(new ExecutionErrors());
  }

  private static CommandLine.Help.Ansi ansi(Terminal terminal) {
    return terminal.coloured() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF;
  }

  // Added here and not inherited, so that a command may also declare one of them itself.
  private static void addCommonOptions(CommandSpec command) {
    if (command.findOption("--help") == null) {
      command.addOption(
          OptionSpec.builder("-h", "--help")
              .usageHelp(true)
              .description("Shows this help.")
              .build());
    }
    if (command.findOption(DEBUG) == null) {
      command.addOption(
          OptionSpec.builder(DEBUG)
              .description("Shows where in the program an error arose.")
              .build());
    }
    boolean group = !command.subcommands().isEmpty();
    if (group && command.findOption(UrlClient.URL) == null) {
      command.addOption(
          OptionSpec.builder(UrlClient.URL)
              .paramLabel("URL")
              .type(String.class)
              .description("The server that the command asks.")
              .build());
    }
    command.subcommands().values().forEach(sub -> addCommonOptions(sub.getCommandSpec()));
  }

  private static OptionSpec versionOption() {
    return OptionSpec.builder("-V", "--version")
        .versionHelp(true)
        .description("Shows the version.")
        .build();
  }
}
