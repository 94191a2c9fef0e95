package io.sequitur.api.testing;

import io.sequitur.api.Main;
import io.sequitur.api.cli.text.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** Runs the command line in this process and keeps what it printed. */
public final class TestTerminal {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();
  private Path directory = Path.of("/");
  private String input = "";
  private boolean interactive;
  private Clock clock = Clock.systemUTC();

  public TestTerminal with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  public TestTerminal in(Path newDirectory) {
    directory = newDirectory;
    return this;
  }

  public TestTerminal typing(String text) {
    input = text;
    return this;
  }

  public TestTerminal interactive() {
    interactive = true;
    return this;
  }

  public TestTerminal at(Clock newClock) {
    clock = newClock;
    return this;
  }

  /** Runs it and returns the exit code. */
  public int run(String... args) {
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            environment,
            directory,
            interactive,
            clock);
    return Main.run(terminal, args);
  }

  public String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  public String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
