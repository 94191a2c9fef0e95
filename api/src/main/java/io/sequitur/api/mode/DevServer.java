package io.sequitur.api.mode;

import io.sequitur.activities.webhook.SecretBox;
import io.sequitur.api.engine.Engine;
import io.sequitur.api.engine.Role;
import io.sequitur.api.engine.SchemaOwner;
import io.sequitur.api.engine.Settings;
import io.sequitur.db.DatabaseAddress;
import io.sequitur.db.Migrations;
import io.sequitur.db.cache.CacheTriggers;
import io.sequitur.db.delivery.ClaimStore;
import io.sequitur.db.delivery.PlaceStore;
import io.sequitur.workflows.catalogue.WorkflowQueues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything in one process, on loopback only, with its data in a directory. */
final class DevServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DevServer.class);

  /** What `dev` is asked for; null means: choose. */
  record Options(
      int port,
      Path data,
      @Nullable String database,
      @Nullable String temporal,
      boolean headStart) {}

  private final Path data;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private @Nullable Engine engine;

  private DevServer(Path data) {
    this.data = data;
  }

  /**
   * Starts part by part, telling what it starts.
   *
   * @throws CannotStart with one line for the user; what had started is stopped again
   */
  static DevServer start(Options options, Consumer<String> tell) throws CannotStart {
    Path data = options.data().toAbsolutePath().normalize();
    DevServer server = new DevServer(data);
    try {
      Files.createDirectories(data);
      server.parts.push(DataLock.acquire(data));
      server.startParts(options, tell);
      return server;
    } catch (IOException e) {
      server.close();
      throw new CannotStart("the data directory " + data + " cannot be used: " + e.getMessage(), e);
    } catch (CannotStart | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  String url() {
    return "http://127.0.0.1:" + java.util.Objects.requireNonNull(engine).port();
  }

  private void startParts(Options options, Consumer<String> tell) throws CannotStart, IOException {
    DatabaseAddress owner = database(options, tell);
    DatabaseAddress app = DevRoles.app(owner, data);
    migrate(owner, app);
    CacheTriggers.attach(owner).forEach(tell);
    DatabaseAddress user = DevRoles.user(owner, app, data);
    Temporal temporal = temporal(options, tell);
    Path keyset = data.resolve("keyset.json");
    SecretBox.createIfMissing(keyset);
    Settings settings =
        new Settings(
            app,
            options.port(),
            true,
            temporal.address,
            namespace(temporal),
            keyset,
            "127.0.0.0/8,::1/128",
            ServeSettings.list(System.getenv(), "SEQUITUR_ENVIRONMENT_ALLOW"),
            queues(),
            EnumSet.allOf(Role.class),
            options.headStart(),
            Settings.DEFAULT_RETENTION);
    Engine started = Engine.start(settings, new SchemaOwner(Optional.of(owner)));
    engine = started;
    parts.push(started);
    // Nobody else works on this data: claims of a killed predecessor need not lapse first.
    started.bean(ClaimStore.class).releaseAll();
    started.bean(PlaceStore.class).releaseAll();
    new DevFile(
            url(),
            user.toUrl(),
            temporal.address == null ? "embedded" : temporal.address,
            temporal.ui,
            ProcessHandle.current().pid())
        .write(data);
  }

  private DatabaseAddress database(Options options, Consumer<String> tell) throws CannotStart {
    if (options.database() != null) {
      DatabaseAddress address = DatabaseAddress.parse(options.database());
      tell.accept("database  " + address);
      return address;
    }
    EmbeddedPostgresServer postgres = EmbeddedPostgresServer.start(data);
    parts.push(postgres);
    tell.accept("database  embedded PostgreSQL, data in " + data.resolve("postgres"));
    return postgres.owner();
  }

  private static void migrate(DatabaseAddress owner, DatabaseAddress app) throws CannotStart {
    try {
      Migrations.migrate(owner, app);
    } catch (RuntimeException e) {
      throw new CannotStart(
          "the database "
              + owner
              + " cannot be prepared: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          e);
    }
  }

  // Here users are on their own machine, so every queue but ours is theirs unless they say which.
  private static WorkflowQueues queues() {
    Set<String> names = ServeSettings.list(System.getenv(), ServeSettings.WORKFLOW_QUEUES);
    return names.isEmpty() ? WorkflowQueues.anyButOurs() : WorkflowQueues.only(names);
  }

  // The in-process server and the started one have only this one.
  private static String namespace(Temporal temporal) {
    return temporal.address == null || temporal.ui != null
        ? "default"
        : System.getenv().getOrDefault("TEMPORAL_NAMESPACE", "default");
  }

  private record Temporal(@Nullable String address, @Nullable String ui) {}

  private Temporal temporal(Options options, Consumer<String> tell) throws CannotStart {
    String asked = options.temporal();
    boolean mayUseCommand = asked == null || asked.equals("cli");
    Path command = mayUseCommand ? TemporalChild.command().orElse(null) : null;
    if (command != null) {
      TemporalChild child = TemporalChild.start(command, data);
      parts.push(child);
      tell.accept("temporal  " + child.address() + ", started from " + command);
      tell.accept("web ui    " + child.ui());
      return new Temporal(child.address(), child.ui());
    }
    if ("cli".equals(asked)) {
      throw new CannotStart(
          "there is no temporal command on the PATH: install it, or use --temporal embedded", null);
    }
    if (asked == null || asked.equals("embedded")) {
      tell.accept(
          "temporal  embedded test server: its history ends with this process, your data does not");
      return new Temporal(null, null);
    }
    tell.accept("temporal  " + asked);
    return new Temporal(asked, null);
  }

  /** In the reverse order of the start: first what works, then what it works on. */
  @Override
  public void close() {
    if (parts.isEmpty()) {
      // Without the lock, the file is that of the process that has it.
      return;
    }
    try {
      DevFile.remove(data);
    } catch (IOException e) {
      log.warn("dev.json is left behind: {}", e.getMessage());
    }
    while (!parts.isEmpty()) {
      closePart(parts.pop());
    }
  }

  @SuppressWarnings("CatchingUnchecked")
  private static void closePart(AutoCloseable part) {
    try {
      part.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      log.warn("{} did not stop cleanly: {}", part.getClass().getSimpleName(), e.getMessage());
    }
  }
}
