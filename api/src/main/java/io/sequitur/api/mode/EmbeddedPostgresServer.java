package io.sequitur.api.mode;

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
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL of our own on loopback, with its data in a directory. The superuser has a random
 * password, kept beside the data for its owner only.
 */
final class EmbeddedPostgresServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgresServer.class);
  private static final String SUPERUSER = "postgres";
  private static final String DATABASE = "sequitur";

  private final EmbeddedPostgres postgres;
  private final String password;

  private EmbeddedPostgresServer(EmbeddedPostgres postgres, String password) {
    this.postgres = postgres;
    this.password = password;
  }

  /**
   * Starts it; what a killed predecessor left running on the same data is stopped first.
   *
   * @throws CannotStart with one line for the user
   */
  static EmbeddedPostgresServer start(Path directory) throws CannotStart {
    Path data = directory.resolve("postgres");
    try {
      Files.createDirectories(directory);
      LeftOver.stopPostgres(data);
      String password = PasswordFile.readOrCreate(directory.resolve("postgres.password"));
      boolean fresh = !Files.exists(data.resolve("PG_VERSION"));
      EmbeddedPostgres postgres = launch(directory, data, password, fresh);
      EmbeddedPostgresServer server = new EmbeddedPostgresServer(postgres, password);
      server.createDatabase();
      return server;
    } catch (IOException | IllegalStateException | UncheckedIOException e) {
      log.debug("the embedded PostgreSQL did not start", e);
      throw new CannotStart(
          "the embedded PostgreSQL cannot start here ("
              + reason(e)
              + "): give one of your own with --database postgresql://user:password@host/db",
          e);
    } catch (SQLException e) {
      throw new CannotStart(
          "the embedded PostgreSQL refuses its own password: remove "
              + directory
              + " to start afresh, or give --database",
          e);
    }
  }

  /** As the superuser, who owns the schema. */
  DatabaseAddress owner() {
    return new DatabaseAddress("127.0.0.1", postgres.getPort(), DATABASE, SUPERUSER, password, "");
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }

  private static EmbeddedPostgres launch(Path directory, Path data, String password, boolean fresh)
      throws IOException {
    if (!fresh) {
      requirePasswords(data);
    }
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            // The usual ten seconds are too few on a busy machine.
            .setPGStartupWait(Duration.ofMinutes(1))
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            // The library's own would stop it under our feet: what works on it stops first.
            .setRegisterShutdownHook(false)
            .setOverrideWorkingDirectory(binaries().toFile())
            .setServerConfig("listen_addresses", "127.0.0.1")
            .setServerConfig("unix_socket_directories", "")
            .setServerConfig("shared_preload_libraries", "pg_stat_statements")
            .setServerConfig("max_connections", "100")
            // For what follows a commit everywhere in the product: it stands on the disk.
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("full_page_writes", "on")
            .setConnectConfig("password", password)
            .setOutputRedirector(
                ProcessBuilder.Redirect.appendTo(directory.resolve("postgres.log").toFile()))
            .setErrorRedirector(
                ProcessBuilder.Redirect.appendTo(directory.resolve("postgres.log").toFile()));
    EmbeddedPostgres postgres = builder.start();
    if (fresh) {
      setPassword(postgres, password);
      requirePasswords(data);
      reload(postgres, password);
    }
    return postgres;
  }

  // The library's initdb trusts everyone on this machine; from the first start on, nobody is.
  private static void setPassword(EmbeddedPostgres postgres, String password) throws IOException {
    execute(postgres, password, "alter user " + SUPERUSER + " password '" + password + "'");
  }

  private static void reload(EmbeddedPostgres postgres, String password) throws IOException {
    execute(postgres, password, "select pg_reload_conf()");
  }

  private static void execute(EmbeddedPostgres postgres, String password, String sql)
      throws IOException {
    try (Connection connection =
            new DatabaseAddress(
                    "127.0.0.1", postgres.getPort(), "postgres", SUPERUSER, password, "")
                .connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static void requirePasswords(Path data) throws IOException {
    Files.write(
        data.resolve("pg_hba.conf"),
        List.of(
            "# Loopback only, with a password; written by sequitur dev.",
            "host all all 127.0.0.1/32 scram-sha-256"));
  }

  private void createDatabase() throws SQLException {
    try (Connection connection = owner().in("postgres").connect();
        Statement statement = connection.createStatement()) {
      boolean exists;
      try (var found =
          statement.executeQuery("select from pg_database where datname = '" + DATABASE + "'")) {
        exists = found.next();
      }
      if (!exists) {
        statement.execute("create database " + DATABASE);
      }
    }
    try (Connection connection = owner().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("create extension if not exists pg_stat_statements");
    }
  }

  // Unpacked once per user, whatever the data directory: some 30 MB.
  private static Path binaries() {
    return Path.of(
        System.getProperty("java.io.tmpdir"),
        "sequitur-postgres-" + System.getProperty("user.name"));
  }

  private static String reason(Throwable e) {
    boolean root = System.getProperty("user.name").equals("root");
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return root
        ? "as root it needs user namespaces, which may be forbidden here; another user needs none. "
            + message
        : message;
  }
}
