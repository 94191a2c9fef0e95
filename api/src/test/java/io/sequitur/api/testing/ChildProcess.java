package io.sequitur.api.testing;

import io.sequitur.api.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A run of our command line in a JVM of its own: from the classes under test, or from the jar that
 * {@code -Dsequitur.jar} names, which is what users have.
 */
final class ChildProcess {
  private static final Duration START = Duration.ofSeconds(90);
  private static final String READY = "ready ";

  private final Process process;
  private final Path output;

  private ChildProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /** Starts it; its output goes to a file, which is kept. */
  static ChildProcess start(Path output, Map<String, String> environment, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED",
            // Started often, and never for long: compiling well does not pay.
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx512m",
            "-cp",
            classPath(),
            Main.class.getName()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.to(output.toFile()));
    // Settings of the test run are not settings of the product.
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("SEQUITUR_") || name.startsWith("TEMPORAL_"));
    builder.environment().putAll(environment);
    try {
      return new ChildProcess(builder.start(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String classPath() {
    // Surefire's own class path is one jar that names the others.
    String tested =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return System.getProperty("sequitur.jar", tested);
  }

  /** Waits for the line that says it serves, and gives its URL. */
  String awaitReady() {
    Awaitility.await("ready")
        .atMost(START)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> !url().isEmpty() || !process.isAlive());
    String url = url();
    if (url.isEmpty()) {
      throw new AssertionError("it ended before it was ready: " + output());
    }
    return url;
  }

  /** Waits for its end and gives its exit code. */
  int awaitExit(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("still running after " + limit + ": " + output());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return process.exitValue();
  }

  long pid() {
    return process.pid();
  }

  boolean alive() {
    return process.isAlive();
  }

  /** {@code kill -9}. */
  void kill() {
    process.destroyForcibly();
    int unused = awaitExit(Duration.ofSeconds(10));
  }

  /** Sends it a signal that Java has no word for. */
  void signal(String name) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start();
      if (kill.waitFor() != 0) {
        throw new AssertionError("kill -" + name + " " + pid() + " ended with " + kill.exitValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** SIGTERM. */
  void terminate() {
    // One that a failed test left frozen would not hear it.
    signal("CONT");
    process.destroy();
  }

  String output() {
    try {
      return Files.readString(output, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String url() {
    return output()
        .lines()
        .filter(line -> line.startsWith(READY))
        .map(line -> line.substring(READY.length()).strip())
        .findFirst()
        .orElse("");
  }
}
