package io.sequitur.api.mode;

import io.sequitur.workflows.temporal.SearchAttributes;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The {@code temporal} command of the PATH as a child: a server with a database file and its Web
 * UI, on loopback.
 */
final class TemporalChild implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);
  private static final Duration STOP = Duration.ofSeconds(10);

  private final Process process;
  private final int port;
  private final int uiPort;

  private TemporalChild(Process process, int port, int uiPort) {
    this.process = process;
    this.port = port;
    this.uiPort = uiPort;
  }

  /** The command, if it is on the PATH. */
  static Optional<Path> command() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(path.split(File.pathSeparator))
        .filter(d -> !d.isEmpty())
        .map(d -> Path.of(d, "temporal"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Starts the server on free ports and waits until it answers.
   *
   * @throws CannotStart with one line for the user
   */
  static TemporalChild start(Path command, Path directory) throws CannotStart {
    Path pidFile = directory.resolve("temporal.pid");
    try {
      if (Files.exists(pidFile)) {
        LeftOver.stop(Long.parseLong(Files.readString(pidFile).strip()), "temporal");
      }
      int port = freePort();
      int uiPort = freePort();
      Process process =
          new ProcessBuilder(arguments(command, directory, port, uiPort))
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.to(directory.resolve("temporal.log").toFile()))
              .start();
      Files.writeString(pidFile, Long.toString(process.pid()));
      TemporalChild child = new TemporalChild(process, port, uiPort);
      child.awaitAnswer(directory);
      return child;
    } catch (IOException e) {
      throw new CannotStart(
          "the temporal command "
              + command
              + " cannot be started ("
              + e.getMessage()
              + "): use --temporal embedded",
          e);
    }
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  String ui() {
    return "http://127.0.0.1:" + uiPort;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<String> arguments(Path command, Path directory, int port, int uiPort) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                command.toString(),
                "server",
                "start-dev",
                "--ip",
                "127.0.0.1",
                "--port",
                Integer.toString(port),
                "--ui-port",
                Integer.toString(uiPort),
                "--db-filename",
                directory.resolve("temporal.db").toString(),
                "--sqlite-pragma",
                "journal_mode=WAL",
                "--sqlite-pragma",
                "synchronous=NORMAL",
                "--log-level",
                "error"));
    for (var key :
        List.of(SearchAttributes.TENANT, SearchAttributes.TRIGGER, SearchAttributes.EVENT)) {
      arguments.add("--search-attribute");
      arguments.add(key.getName() + "=KeywordList");
    }
    return arguments;
  }

  private void awaitAnswer(Path directory) throws CannotStart, IOException {
    long end = System.nanoTime() + START.toNanos();
    while (System.nanoTime() < end) {
      if (!process.isAlive()) {
        throw new CannotStart(
            "the temporal command ended at once; see "
                + directory.resolve("temporal.log")
                + ", or use --temporal embedded",
            null);
      }
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
        return;
      } catch (IOException e) {
        pause();
      }
    }
    process.destroy();
    throw new CannotStart(
        "the temporal command did not answer within "
            + START.toSeconds()
            + " s; use --temporal embedded",
        null);
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
