package io.sequitur.api.mode;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.Main;
import io.sequitur.api.cli.text.CliException;
import io.sequitur.api.cli.text.Json;
import io.sequitur.api.mode.demo.DemoServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code dev} in a Java of its own, on free ports, with its data in a temporary directory that goes
 * with it, also when this process is told to stop.
 */
final class DemoProcess implements DemoServer, AutoCloseable {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final String temporal;
  private final Path data;
  private final Thread onSignal = Thread.ofPlatform().name("demo-cleanup").unstarted(this::cleanUp);
  private @Nullable Process process;
  private boolean closed;

  private DemoProcess(String temporal, Path data) {
    this.temporal = temporal;
    this.data = data;
  }

  /** Makes the directory; starts nothing yet. */
  static DemoProcess create(String temporal) throws IOException {
    DemoProcess server = new DemoProcess(temporal, Files.createTempDirectory("sequitur-demo-"));
    Runtime.getRuntime().addShutdownHook(server.onSignal);
    return server;
  }

  @Override
  public Running start() {
    try {
      Process started = launch();
      awaitReady(started);
      JsonNode file = Json.parseOrMissing(Files.readString(data.resolve("dev.json")));
      return new Running(URI.create(file.path("api").asText()), file.path("database").asText());
    } catch (IOException e) {
      throw new CliException("the demo's server cannot be started: " + e.getMessage(), e);
    }
  }

  private synchronized Process launch() throws IOException {
    if (closed) {
      throw new IOException("the demo is being stopped");
    }
    Process started = new ProcessBuilder(command()).redirectErrorStream(true).start();
    started.getOutputStream().close();
    process = started;
    return started;
  }

  @Override
  public synchronized void kill() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
    }
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        // A debugger's port can be had only once, and an agent has its own wishes.
        .filter(flag -> !flag.startsWith("-agentlib") && !flag.startsWith("-javaagent"))
        .forEach(command::add);
    // It lives for half a minute: the optimising compiler would cost more than it brings.
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("dev", "--port", "0", "--data", data.toString()));
    command.addAll(List.of("--temporal", temporal));
    return command;
  }

  /** Reads on to the end in the background: a full pipe would stop the server. */
  private static void awaitReady(Process started) throws IOException {
    List<String> said = new ArrayList<>();
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(started.getInputStream(), UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("ready http")) {
        Thread.ofVirtual().name("demo-server-output").start(() -> drain(lines));
        return;
      }
      said.add(line);
    }
    throw new CliException(
        "the demo's server did not start; it said:", said, CliException.FAILURE, null);
  }

  private static void drain(BufferedReader lines) {
    try (lines) {
      while (lines.readLine() != null) {
        // What it says after it is ready is of no interest to the story.
      }
    } catch (IOException e) {
      // A killed process leaves a broken pipe; there is nothing more to read.
      return;
    }
  }

  @Override
  public void close() {
    cleanUp();
    if (Thread.currentThread() != onSignal) {
      forgetSignal();
    }
  }

  private void forgetSignal() {
    try {
      Runtime.getRuntime().removeShutdownHook(onSignal);
    } catch (IllegalStateException e) {
      // The signal came first: the hook waits for the same lock and finds everything done.
      return;
    }
  }

  private synchronized void cleanUp() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      stop();
      // Left running if the server was killed and never started again.
      LeftOver.stopPostgres(data.resolve("postgres"));
      delete();
    } catch (IOException e) {
      System.err.println("sequitur: the demo left " + data + " behind: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void stop() throws InterruptedException {
    if (process == null) {
      return;
    }
    process.destroy();
    if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  private void delete() throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
