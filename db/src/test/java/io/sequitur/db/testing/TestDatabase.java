package io.sequitur.db.testing;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.sequitur.db.DatabaseAddress;
import io.sequitur.db.Migrations;
import io.sequitur.db.Sql;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.postgresql.PGConnection;

/**
 * A database of one test class's own, migrated, on the one embedded PostgreSQL of this JVM. Tests
 * use it as the application's role; what only the owner may do is done as the owner.
 */
public final class TestDatabase implements AutoCloseable {
  private static final String APP = "sequitur_app";
  private static final String TEMPLATE = "migrated";
  private static final int POOL = 24;
  private static final Duration LOCK_WAIT = Duration.ofSeconds(20);

  private final DatabaseAddress owner;
  private final HikariDataSource pool;
  private final Jdbi jdbi;

  private TestDatabase(DatabaseAddress owner) {
    this.owner = owner;
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(app().jdbcUrl() + "?currentSchema=" + Sql.SCHEMA);
    config.setUsername(app().user());
    config.setPassword(app().password());
    config.setMaximumPoolSize(POOL);
    config.setMinimumIdle(1);
    this.pool = new HikariDataSource(config);
    this.jdbi = Sql.jdbi(pool);
  }

  /** A fresh copy of the migrated template. */
  public static TestDatabase create() {
    return new TestDatabase(Server.address(Server.nextCopy()));
  }

  /** An empty database, for tests of the migrations themselves. */
  public static DatabaseAddress createEmpty() {
    String name = "empty_" + UUID.randomUUID().toString().replace("-", "");
    Server.admin().useHandle(handle -> handle.execute("create database " + name));
    return Server.address(name);
  }

  /** The application's role in the database of that owner. */
  public static DatabaseAddress appOf(DatabaseAddress owner) {
    return owner.as(APP, "app");
  }

  public DatabaseAddress owner() {
    return owner;
  }

  public DatabaseAddress app() {
    return appOf(owner);
  }

  /** As the application's role, pooled, with our schema as the search path. */
  public Jdbi jdbi() {
    return jdbi;
  }

  /** As the owner of the schema. */
  public void asOwner(String sql, Object... arguments) {
    Jdbi.create(owner.jdbcUrl() + "?currentSchema=" + Sql.SCHEMA, owner.user(), owner.password())
        .useHandle(handle -> handle.execute(sql, arguments));
  }

  public void execute(String sql, Object... arguments) {
    jdbi.useHandle(handle -> handle.execute(sql, arguments));
  }

  /** COPY, as the application's role: {@code into} is a table with columns, {@code row} its CSV. */
  public void copy(String into, String row) {
    jdbi.useHandle(handle -> copy(handle.getConnection(), into, row));
  }

  private static void copy(Connection connection, String into, String row) {
    try {
      long unused =
          connection
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyIn("copy " + into + " from stdin csv", new StringReader(row));
    } catch (SQLException e) {
      throw new AssertionError(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One value; fails when there is not exactly one row. */
  public <T> T value(Class<T> type, String sql, Object... arguments) {
    return jdbi.withHandle(handle -> handle.select(sql, arguments).mapTo(type).one());
  }

  public long count(String sql, Object... arguments) {
    return value(Long.class, "select count(*) from " + sql, arguments);
  }

  /** Opens a transaction that the test commits when it likes. */
  public Handle open() {
    return jdbi.open().begin();
  }

  /** Returns when another connection waits for a lock that this one holds. */
  public void awaitWaiterOn(Handle holder) {
    int pid = holder.createQuery("select pg_backend_pid()").mapTo(Integer.class).one();
    long deadline = System.nanoTime() + LOCK_WAIT.toNanos();
    while (count("pg_stat_activity where ? = any(pg_blocking_pids(pid))", pid) == 0) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("nobody waits for the locks of connection " + pid);
      }
      Thread.onSpinWait();
    }
  }

  // Left to the server's end, a hundred databases would be removed file by file in its JVM's
  // shutdown.
  @Override
  public void close() {
    pool.close();
    Server.admin()
        .useHandle(handle -> handle.execute("drop database " + owner.database() + " with (force)"));
  }

  /** Started on first use, and ended with the JVM. */
  private static final class Server {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final long ROOMY = 4L << 30;

    // Most of a database's files are its days; each copy of the template has to write them all.
    private static final String DROP_LATER_DAYS =
        """
        do $$
        declare v_day regclass;
        begin
          for v_day in select inhrelid from pg_inherits
                       where right(inhrelid::regclass::text, 8) > to_char(now() at time zone 'UTC' + interval '2 days', 'YYYYMMDD')
                         and inhparent = any(array['sequitur.event', 'sequitur.routing', 'sequitur.delivery_done',
                                                   'sequitur.attempt']::regclass[]) loop
            execute format('drop table %s', v_day);
          end loop;
        end $$
        """;
    private static final EmbeddedPostgres POSTGRES = start();
    // A copy takes longer than most tests: one is made while a test runs, another waits to be
    // taken.
    private static final BlockingQueue<CompletableFuture<String>> COPIES =
        new ArrayBlockingQueue<>(1);

    static {
      Thread.ofPlatform().daemon().name("copies-of-the-template").start(Server::copyAhead);
    }

    static String nextCopy() {
      try {
        return COPIES.take().join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for a database", e);
      }
    }

    private static void copyAhead() {
      try {
        while (true) {
          CompletableFuture<String> copy = new CompletableFuture<>();
          copy.completeAsync(Server::copy, Runnable::run);
          COPIES.put(copy);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private static String copy() {
      String name = "test_" + UUID.randomUUID().toString().replace("-", "");
      admin()
          .useHandle(handle -> handle.execute("create database " + name + " template " + TEMPLATE));
      return name;
    }

    private static EmbeddedPostgres start() {
      try {
        EmbeddedPostgres.Builder builder =
            EmbeddedPostgres.builder()
                // The usual ten seconds are too few where two cores compile and test at once.
                .setPGStartupWait(Duration.ofMinutes(1))
                .setServerConfig("max_connections", "300")
                // Tests kill no server: durability would only cost time.
                .setServerConfig("fsync", "off")
                .setServerConfig("deadlock_timeout", "200ms");
        // A copy of the template is a thousand small files: on a disk that takes ten times as long.
        if (Files.isWritable(MEMORY) && MEMORY.toFile().getUsableSpace() > ROOMY) {
          builder.setDataDirectory(Files.createTempDirectory(MEMORY, "epg"));
        }
        EmbeddedPostgres postgres = builder.start();
        migrateTemplate(postgres);
        return postgres;
      } catch (IOException e) {
        throw new UncheckedIOException("the embedded PostgreSQL does not start", e);
      }
    }

    private static void migrateTemplate(EmbeddedPostgres postgres) {
      admin(postgres).useHandle(handle -> handle.execute("create database " + TEMPLATE));
      DatabaseAddress template = address(postgres, TEMPLATE);
      Migrations.migrate(template, appOf(template));
      try (Connection connection = template.connect();
          Statement statement = connection.createStatement()) {
        statement.execute(DROP_LATER_DAYS);
      } catch (SQLException e) {
        throw new AssertionError("the later days cannot be dropped", e);
      }
    }

    static DatabaseAddress address(String database) {
      return address(POSTGRES, database);
    }

    static Jdbi admin() {
      return admin(POSTGRES);
    }

    private static Jdbi admin(EmbeddedPostgres postgres) {
      DatabaseAddress address = address(postgres, "postgres");
      return Jdbi.create(address.jdbcUrl(), address.user(), "postgres");
    }

    private static DatabaseAddress address(EmbeddedPostgres postgres, String database) {
      return new DatabaseAddress(
          "localhost", postgres.getPort(), database, "postgres", "postgres", "");
    }
  }
}
