package io.sequitur.api.mode;

import io.sequitur.api.cli.text.CliException;
import io.sequitur.api.cli.text.Terminal;
import io.sequitur.api.mode.demo.Story;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sequitur demo}. */
@Command(
    name = "demo",
    description =
        "Play a story of half a minute that shows what is promised, and check that it holds.",
    footer = {"", "Example:", "  sequitur demo"})
public final class DemoCommand implements Callable<Integer> {
  /** The sweep that finds forgotten work after a crash looks every few seconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final Terminal terminal;

  @Option(
      names = "--temporal",
      defaultValue = "embedded",
      paramLabel = "ADDRESS|cli|embedded",
      description = "As for dev (default: ${DEFAULT-VALUE}).")
  private String temporal = "embedded";

  DemoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    try (DemoProcess server = DemoProcess.create(temporal)) {
      return new Story(server, terminal, PATIENCE).play() ? 0 : 1;
    } catch (IOException e) {
      throw new CliException("the demo's directory cannot be used: " + e.getMessage(), e);
    }
  }
}
