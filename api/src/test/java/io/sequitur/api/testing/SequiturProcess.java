package io.sequitur.api.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * The whole product as {@code sequitur dev} in a process of its own, on its own data: it can be
 * killed and started again. What it needs is embedded, or as {@link TestBed} says.
 */
public final class SequiturProcess implements AutoCloseable {
  private static final Duration STOP = Duration.ofSeconds(30);

  private final Path directory;
  private final Path data;
  private final @Nullable String database;
  private final @Nullable String namespace;
  private final String temporal;
  private final boolean headStart;
  private int starts;
  private @Nullable ChildProcess child;
  private volatile String url = "";

  private SequiturProcess(TestBed bed, String temporal) {
    directory = Scratch.directory("sequitur-e2e");
    this.data = directory.resolve("data");
    this.database = bed.newDatabase();
    this.namespace = bed.newNamespace();
    this.temporal = temporal;
    this.headStart = bed.headStart();
  }

  /** On fresh data; started. */
  public static SequiturProcess start() {
    TestBed bed = TestBed.fromEnvironment();
    return start(bed, Objects.requireNonNullElse(bed.temporal(), "embedded"));
  }

  /** On fresh data, with Temporal at this address; started. */
  public static SequiturProcess start(TestBed bed, String temporal) {
    SequiturProcess process = new SequiturProcess(bed, temporal);
    try {
      process.restart();
      return process;
    } catch (RuntimeException | Error e) {
      process.close();
      throw e;
    }
  }

  /** Starts it again on the same data. */
  public void restart() {
    if (child != null && child.alive()) {
      throw new IllegalStateException("it still runs");
    }
    child = launch();
    url = child.awaitReady();
  }

  /** A second process with the same arguments, as it says goodbye. */
  public String startSecond() {
    ChildProcess second = launch();
    int exit = second.awaitExit(Duration.ofMinutes(1));
    return exit + " " + second.output();
  }

  public String url() {
    return url;
  }

  public Api api() {
    return new Api(url);
  }

  /** The database by hand, as {@code dev.json} offers it. */
  public Pg pg() {
    return new Pg(devFile().get("database").textValue());
  }

  /** In which Temporal namespace it works. */
  public String namespace() {
    return Objects.requireNonNullElse(namespace, "default");
  }

  public Path data() {
    return data;
  }

  public JsonNode devFile() {
    try {
      return Api.parse(Files.readString(data.resolve("dev.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it printed since its last start. */
  public String output() {
    return running().output();
  }

  /** {@code kill -9}. */
  public void kill() {
    running().kill();
  }

  /** SIGTERM; gives how long it took to end. */
  public Duration stop() {
    long begin = System.nanoTime();
    running().terminate();
    int unused = running().awaitExit(STOP);
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /** Ends it and what it left behind, and removes its data. */
  @Override
  public void close() {
    try {
      if (child != null && child.alive()) {
        Duration unused = stop();
      }
    } finally {
      if (child != null && child.alive()) {
        child.kill();
      }
      stopPostgres();
      deleteData();
    }
  }

  private ChildProcess running() {
    return Objects.requireNonNull(child, "it was never started");
  }

  private ChildProcess launch() {
    List<String> arguments =
        new ArrayList<>(
            List.of("dev", "--port", "0", "--data", data.toString(), "--temporal", temporal));
    if (database != null) {
      arguments.addAll(List.of("--database", database));
    }
    if (!headStart) {
      arguments.add("--no-head-start");
    }
    Map<String, String> environment = new HashMap<>();
    environment.put("SEQUITUR_ENVIRONMENT_ALLOW", "E2E_VALUE");
    environment.put("E2E_VALUE", "from the environment");
    if (namespace != null) {
      environment.put("TEMPORAL_NAMESPACE", namespace);
    }
    starts++;
    return ChildProcess.start(
        directory.resolve("output-" + starts + ".log"), environment, arguments);
  }

  // A killed process leaves its PostgreSQL running; only the next start would stop it.
  private void stopPostgres() {
    Path pidFile = data.resolve("postgres").resolve("postmaster.pid");
    try {
      if (Files.exists(pidFile)) {
        long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
        ProcessHandle.of(pid).ifPresent(SequiturProcess::stopPostgres);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void stopPostgres(ProcessHandle postgres) {
    postgres.destroy();
    Awaitility.await("PostgreSQL's end").atMost(STOP).until(() -> !postgres.isAlive());
  }

  private void deleteData() {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
