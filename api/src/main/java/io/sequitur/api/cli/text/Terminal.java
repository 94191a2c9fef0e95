package io.sequitur.api.cli.text;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;

/**
 * All that a command sees of the machine it runs on, so that a test can be one.
 *
 * @param interactive whether {@code out} is read by a person: progress bars, colours, shortened
 *     cells
 */
public record Terminal(
    PrintStream out,
    PrintStream err,
    InputStream in,
    Map<String, String> environment,
    Path directory,
    boolean interactive,
    Clock clock) {

  public Terminal {
    environment = Map.copyOf(environment);
  }

  /** The process's own. Output is UTF-8 whatever the locale, as JSON has to be. */
  public static Terminal system() {
    return new Terminal(
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        System.in,
        System.getenv(),
        Path.of("").toAbsolutePath(),
        // Set by the launcher: Java itself cannot tell when only its input is redirected.
        Boolean.getBoolean("sequitur.terminal"),
        Clock.system(ZoneId.systemDefault()));
  }

  /** Whether colours are wanted (https://no-color.org). */
  public boolean coloured() {
    return interactive && environment.getOrDefault("NO_COLOR", "").isEmpty();
  }
}
