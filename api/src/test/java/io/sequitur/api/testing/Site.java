package io.sequitur.api.testing;

import io.sequitur.activities.webhook.SecretBox;
import io.sequitur.db.DatabaseAddress;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A production site: a database with an owner's and an application's role, a keyset, a Temporal,
 * and the {@code serve} processes that run on them.
 */
public final class Site implements AutoCloseable {
  private final Path directory;
  private final @Nullable EmbeddedPostgres postgres;
  private final TemporalServer temporal;
  private final @Nullable String namespace;
  private final DatabaseAddress owner;
  private final DatabaseAddress app;
  private final List<ChildProcess> processes = new ArrayList<>();
  private int runs;

  /** Everything is there, the database still empty. */
  public Site() {
    TestBed bed = TestBed.fromEnvironment();
    directory = Scratch.directory("sequitur-site");
    String given = bed.newDatabase();
    postgres = given == null ? Scratch.postgres() : null;
    owner =
        DatabaseAddress.parse(
            given == null
                ? "postgresql://postgres@127.0.0.1:" + port(postgres) + "/postgres"
                : given);
    // A role is the whole server's: one name per site.
    String role = "site_" + UUID.randomUUID().toString().replace("-", "");
    app = owner.as(role, "app");
    execute("create role " + role + " login password 'app'");
    SecretBox.createIfMissing(directory.resolve("keyset.json"));
    temporal = TemporalServer.start(bed);
    namespace = bed.newNamespace();
  }

  /** A running process of the site. */
  public record Serving(String url, ChildHandle process) {
    public Api api(@Nullable String key) {
      return new Api(url, key);
    }
  }

  /** What a test may do to a process. */
  public interface ChildHandle {
    void kill();

    /** SIGSTOP: it does nothing, and does not know. */
    void freeze();

    /** SIGCONT. */
    void thaw();

    String output();
  }

  public DatabaseAddress owner() {
    return owner;
  }

  public Pg pg() {
    return new Pg(owner.toUrl());
  }

  public TemporalServer temporal() {
    return temporal;
  }

  /** Runs a command to its end, in this process; gives the first line of its output. */
  public String run(String... arguments) {
    TestTerminal terminal = new TestTerminal();
    environment().forEach(terminal::with);
    int exit = terminal.run(arguments);
    if (exit != 0) {
      throw new AssertionError(
          String.join(" ", arguments) + " ended with " + exit + ": " + terminal.err());
    }
    return terminal.out().lines().findFirst().orElse("");
  }

  /** Starts a process and waits until it serves. */
  public Serving serve(Map<String, String> more, String... arguments) {
    List<String> all = new ArrayList<>(List.of("serve"));
    all.addAll(List.of(arguments));
    ChildProcess child = launch(more, all);
    String url = child.awaitReady();
    return new Serving(
        url,
        new ChildHandle() {
          @Override
          public void kill() {
            child.kill();
          }

          @Override
          public void freeze() {
            child.signal("STOP");
          }

          @Override
          public void thaw() {
            child.signal("CONT");
          }

          @Override
          public String output() {
            return child.output();
          }
        });
  }

  @Override
  public void close() {
    processes.stream().filter(ChildProcess::alive).forEach(ChildProcess::terminate);
    for (ChildProcess child : processes) {
      if (child.alive()) {
        int unused = child.awaitExit(Duration.ofSeconds(30));
      }
    }
    temporal.close();
    try {
      if (postgres != null) {
        postgres.close();
      }
      try (var files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ChildProcess launch(Map<String, String> more, List<String> arguments) {
    Map<String, String> environment = environment();
    environment.putAll(more);
    runs++;
    ChildProcess child =
        ChildProcess.start(directory.resolve("output-" + runs + ".log"), environment, arguments);
    processes.add(child);
    return child;
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("SEQUITUR_DATABASE_URL", owner.toUrl());
    environment.put("SEQUITUR_DATABASE_APP_URL", app.toUrl());
    environment.put("SEQUITUR_HTTP_PORT", "0");
    environment.put("SEQUITUR_KEYSET_FILE", directory.resolve("keyset.json").toString());
    environment.put("SEQUITUR_EGRESS_ALLOW", "127.0.0.0/8");
    environment.put("SEQUITUR_HEAD_START", TestBed.fromEnvironment().headStart() ? "on" : "off");
    environment.put("TEMPORAL_ADDRESS", temporal.address());
    if (namespace != null) {
      environment.put("TEMPORAL_NAMESPACE", namespace);
    }
    return environment;
  }

  /** The application's address behind another port of this machine. */
  public String appBehind(FaultProxy link) {
    return appBehind(link.port());
  }

  /** The same. */
  public String appBehind(int port) {
    return new DatabaseAddress(
            "127.0.0.1", port, app.database(), app.user(), app.password(), app.parameters())
        .toUrl();
  }

  private void execute(String sql) {
    try (Connection connection = owner.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(sql + ": " + e.getMessage(), e);
    }
  }

  private static int port(@Nullable EmbeddedPostgres postgres) {
    return postgres == null ? 0 : postgres.getPort();
  }
}
