package io.sequitur.api.testing;

import io.sequitur.activities.webhook.SecretBox;
import io.sequitur.api.engine.Engine;
import io.sequitur.api.engine.Role;
import io.sequitur.api.engine.Settings;
import io.sequitur.db.DatabaseAddress;
import io.sequitur.db.Migrations;
import io.sequitur.workflows.catalogue.WorkflowQueues;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Engines in this process, on a migrated database of their own, for tests of their parts: each
 * class has one.
 */
public final class TestEngines implements AutoCloseable {
  private static final String NOWHERE = "127.0.0.1:1";

  private final Path directory;
  private final EmbeddedPostgres postgres;
  private final DatabaseAddress owner;
  private final DatabaseAddress app;

  public TestEngines() {
    directory = Scratch.directory("sequitur-engine");
    postgres = Scratch.postgres();
    owner =
        DatabaseAddress.parse(
            "postgresql://postgres@127.0.0.1:" + postgres.getPort() + "/postgres");
    app = owner.as("sequitur_app", "app");
    int unused = Migrations.migrate(owner, app);
    SecretBox.createIfMissing(keyset());
  }

  /** A started one; without an address, Temporal is in its process. */
  public Engine start(@Nullable String temporal, Set<Role> roles) {
    return start(true, temporal, roles);
  }

  /** One that serves the API as in production: with keys, and nobody behind it. */
  public Engine serve() {
    return start(false, NOWHERE, Set.of(Role.API));
  }

  /** Makes a key of the tenant. */
  public String key(String tenant, String... scopes) {
    TestTerminal terminal = new TestTerminal().with("SEQUITUR_DATABASE_APP_URL", app.toUrl());
    List<String> arguments = new ArrayList<>(List.of("admin", "create-key", "test"));
    arguments.addAll(List.of("--tenant", tenant));
    for (String scope : scopes) {
      arguments.addAll(List.of("--scope", scope));
    }
    if (terminal.run(arguments.toArray(String[]::new)) != 0) {
      throw new AssertionError(terminal.err());
    }
    return terminal.out().strip();
  }

  private Engine start(boolean dev, @Nullable String temporal, Set<Role> roles) {
    return Engine.start(
        new Settings(
            app,
            0,
            dev,
            temporal,
            "default",
            keyset(),
            "127.0.0.0/8",
            Set.of(),
            WorkflowQueues.anyButOurs(),
            roles,
            true,
            Settings.DEFAULT_RETENTION));
  }

  /** The database, as its owner. */
  public Pg pg() {
    return new Pg(owner.toUrl());
  }

  @Override
  public void close() {
    try {
      postgres.close();
      Files.delete(keyset());
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path keyset() {
    return directory.resolve("keyset.json");
  }
}
