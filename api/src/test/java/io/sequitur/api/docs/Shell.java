package io.sequitur.api.docs;

import io.sequitur.api.Main;
import io.sequitur.api.cli.text.Terminal;
import io.sequitur.api.testing.Pg;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A real shell in a directory of its own, in which {@code ./sequitur} and {@code psql} are small
 * scripts that hand their words to this process: starting a JVM for each command is what would make
 * such a test slow.
 */
final class Shell implements AutoCloseable {
  /** Hands words, directory, variables and input over by files, and waits at a pipe for the end. */
  private static final String SHIM =
      """
      #!/bin/sh
      call=$(mktemp -d "$SHELL_CALLS/call.XXXXXX")
      mkfifo "$call/end"
      basename "$0" >"$call/program"
      for word; do printf '%s\\0' "$word"; done >"$call/words"
      env >"$call/variables"
      if [ -p /dev/stdin ] || [ -f /dev/stdin ]; then cat >"$call/input"; fi
      echo "$call" >"$SHELL_CALLS/bell"
      read -r exit <"$call/end"
      cat "$call/out"
      cat "$call/err" >&2
      exit "$exit"
      """;

  private final Path directory;
  private final Path calls;
  // Platform threads: waiting at a pipe would hold a virtual one's carrier.
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());
  private final List<Process> background = new ArrayList<>();
  private final RandomAccessFile bell;

  Shell(Path directory) {
    this.directory = directory;
    this.calls = directory.resolve(".calls");
    try {
      Files.createDirectories(calls);
      Process fifo = new ProcessBuilder("mkfifo", calls.resolve("bell").toString()).start();
      if (fifo.waitFor() != 0) {
        throw new AssertionError("mkfifo failed");
      }
      for (String program : List.of("sequitur", "psql")) {
        Path shim = directory.resolve(program);
        Files.writeString(shim, SHIM);
        Files.setPosixFilePermissions(shim, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
      // For reading and writing, so that it never ends while nobody rings.
      bell = new RandomAccessFile(calls.resolve("bell").toFile(), "rw");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    threads.execute(this::listen);
  }

  /** What a script printed, both streams together, and how it ended. */
  record Result(int exit, List<String> lines) {}

  /** Runs a script to its end; what it exports stays for the next. */
  Result run(String script) {
    try {
      Path output = Files.createTempFile(calls, "output", "");
      Process process = start(script, output);
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("still running after a minute: " + script);
      }
      return new Result(process.exitValue(), Files.readAllLines(output));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Runs a script aside; what its command prints goes to a file of the terminal's name. */
  void runAside(String terminal, String script) {
    try {
      background.add(
          start(
              "export SHELL_TERMINAL=" + terminal + "\n" + script,
              Files.createTempFile(calls, "output", "")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the command in that terminal has printed so far. */
  List<String> printed(String terminal) {
    try {
      Path file = calls.resolve(terminal);
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process start(String script, Path output) throws IOException {
    String kept = "'" + calls.resolve("kept") + "'";
    String whole =
        "if [ -f %1$s ]; then . %1$s; fi\n%2$sexit=$?; export -p >%1$s; exit $exit\n"
            .formatted(kept, script);
    Path file = Files.writeString(Files.createTempFile(calls, "script", ".sh"), whole);
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", file.toString())
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("SEQUITUR_"));
    builder.environment().put("SHELL_CALLS", calls.toString());
    builder.environment().merge("PATH", directory.toString(), (old, own) -> own + ":" + old);
    return builder.start();
  }

  private void listen() {
    try {
      for (String call = bell.readLine(); !"".equals(call); call = bell.readLine()) {
        Path path = Path.of(call);
        threads.execute(() -> answer(path));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void answer(Path call) {
    try {
      Map<String, String> variables = variables(call);
      String terminal = variables.getOrDefault("SHELL_TERMINAL", "");
      Path out = terminal.isEmpty() ? call.resolve("out") : calls.resolve(terminal);
      int exit;
      try (PrintStream outStream =
              new PrintStream(Files.newOutputStream(out), true, StandardCharsets.UTF_8);
          PrintStream errStream =
              new PrintStream(
                  Files.newOutputStream(call.resolve("err")), true, StandardCharsets.UTF_8)) {
        exit =
            Files.readString(call.resolve("program")).strip().equals("psql")
                ? psql(words(call), outStream)
                : Main.run(terminal(call, variables, outStream, errStream), words(call));
      }
      if (!terminal.isEmpty()) {
        Files.createFile(call.resolve("out"));
      }
      // It may have ended because it was interrupted; the script waits all the same.
      boolean unused = Thread.interrupted();
      Files.writeString(call.resolve("end"), exit + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Terminal terminal(
      Path call, Map<String, String> variables, PrintStream out, PrintStream err)
      throws IOException {
    Path input = call.resolve("input");
    byte[] typed = Files.exists(input) ? Files.readAllBytes(input) : new byte[0];
    return new Terminal(
        out, err, new ByteArrayInputStream(typed), variables, directory, false, Clock.systemUTC());
  }

  private static int psql(String[] words, PrintStream out) {
    out.println("UPDATE " + new Pg(words[0]).update(words[words.length - 1]));
    return 0;
  }

  private static String[] words(Path call) throws IOException {
    String words = Files.readString(call.resolve("words"));
    return words.isEmpty() ? new String[0] : words.substring(0, words.length() - 1).split("\0", -1);
  }

  private static Map<String, String> variables(Path call) throws IOException {
    Map<String, String> variables = new HashMap<>();
    for (String line : Files.readAllLines(call.resolve("variables"))) {
      int equals = line.indexOf('=');
      if (equals > 0) {
        variables.put(line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return variables;
  }

  @Override
  public void close() {
    try (bell) {
      bell.write('\n');
      // Ends the commands that listen, and with them the scripts that wait for their end.
      threads.shutdownNow();
      for (Process process : background) {
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
