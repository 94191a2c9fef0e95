package io.sequitur.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** A server of our own in a process of its own, with its data in a directory that goes with it. */
final class ServerProcess implements Closeable {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final String READY = "ready http";
  private static final int KEPT_LINES = 15;

  private final Process process;
  private final Path data;
  private final Deque<String> lastLines = new ArrayDeque<>();
  private final CompletableFuture<Boolean> ready = new CompletableFuture<>();

  private ServerProcess(Process process, Path data) {
    this.process = process;
    this.data = data;
  }

  /**
   * Starts {@code dev} on a free port; returns at once.
   *
   * @param program the command line of the program itself
   * @param options more options for {@code dev}
   */
  static ServerProcess start(List<String> program, List<String> options) throws IOException {
    Path data = Files.createTempDirectory("sequitur-bench-");
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of("dev", "--port", "0", "--data", data.toString()));
    command.addAll(options);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    ServerProcess server = new ServerProcess(process, data);
    Thread.ofPlatform().daemon().name("bench-server-output").start(server::readOutput);
    return server;
  }

  /** Waits until the server says that it is ready, and reads what it says about itself. */
  DevFile awaitReady(Duration limit) throws InterruptedException, IOException {
    try {
      if (ready.get(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return DevFile.read(data.resolve("dev.json"));
      }
      throw BenchException.failed("The server ended before it was ready. " + tail());
    } catch (TimeoutException e) {
      throw BenchException.failed(
          "The server was not ready within %d s. %s".formatted(limit.toSeconds(), tail()), e);
    } catch (ExecutionException e) {
      throw BenchException.failed("The server's output could not be read. " + tail(), e);
    }
  }

  /** Reads to the end, ready or not: a full pipe would stop the server. */
  private void readOutput() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        keep(line);
        if (line.startsWith(READY)) {
          ready.complete(true);
        }
      }
      ready.complete(false);
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
  }

  private synchronized void keep(String line) {
    lastLines.addLast(line);
    if (lastLines.size() > KEPT_LINES) {
      lastLines.removeFirst();
    }
  }

  private synchronized String tail() {
    return "It said last:\n  " + String.join("\n  ", lastLines);
  }

  /** Asks the server to stop, waits for it, and removes its data. */
  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(
            "the server did not stop within %d s of SIGTERM and was killed; its data is left in %s"
                .formatted(STOP_LIMIT.toSeconds(), data));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the server was stopping", e);
    }
    deleteData();
  }

  private void deleteData() throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
