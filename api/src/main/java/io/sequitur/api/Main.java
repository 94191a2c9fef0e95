package io.sequitur.api;

import io.sequitur.api.cli.Cli;
import io.sequitur.api.cli.ClientCommands;
import io.sequitur.api.cli.text.Terminal;
import io.sequitur.api.mode.AdminCommand;
import io.sequitur.api.mode.DemoCommand;
import io.sequitur.api.mode.DevCommand;
import io.sequitur.api.mode.MigrateCommand;
import io.sequitur.api.mode.ServeCommand;
import io.sequitur.bench.BenchCommand;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The entry point: parses the command line and runs the command it names; opens nothing itself. */
@Command(
    name = "sequitur",
    description =
        "Webhooks and automation that lose nothing, mix up nothing and never send yesterday's configuration.",
    footer = {
      "",
      "Example:",
      "  sequitur dev",
      "  sequitur webhook set erp --url https://erp.example.com/hooks --on 'com.github.*'",
      "  sequitur event send -f events.jsonl",
      "  sequitur delivery list --webhook erp"
    },
    versionProvider = Main.class)
public final class Main implements IVersionProvider {

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(Terminal.system(), args));
  }

  /** The exit code: 0 success, 1 failure, 2 wrong use, 69 the server cannot be reached. */
  public static int run(Terminal terminal, String... args) {
    return Cli.run(new Main(), commands(), terminal, args);
  }

  /** Every subcommand, in the order of the help. */
  static List<Class<?>> commands() {
    List<Class<?>> commands = new ArrayList<>();
    commands.addAll(
        List.of(DevCommand.class, DemoCommand.class, ServeCommand.class, MigrateCommand.class));
    commands.addAll(ClientCommands.all());
    commands.addAll(List.of(AdminCommand.class, BenchCommand.class));
    return List.copyOf(commands);
  }

  @Override
  public String[] getVersion() {
    String version = Main.class.getPackage().getImplementationVersion();
    return new String[] {"sequitur " + (version == null ? "(from source)" : version)};
  }
}
