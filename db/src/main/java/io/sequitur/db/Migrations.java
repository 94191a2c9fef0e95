package io.sequitur.db;

import java.time.Duration;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Brings the schema {@code sequitur} up to date as its owner, and gives the application's role what
 * it needs and nothing more.
 */
public final class Migrations {
  private static final int DAYS_AHEAD = 14;

  private Migrations() {}

  /**
   * Migrates; safe to run by several processes at once and again at any time. The application's
   * role is made if it is missing.
   *
   * @return how many migrations ran
   * @throws RuntimeException when the database cannot be reached, or a migration fails (it then
   *     leaves nothing half done)
   */
  public static int migrate(DatabaseAddress owner, DatabaseAddress app) {
    Jdbi.create(owner::connect).useTransaction(handle -> createRole(handle, app));
    return Flyway.configure()
        .dataSource(owner.jdbcUrl(), owner.user(), owner.password())
        .schemas(Sql.SCHEMA)
        .locations("classpath:db/migration")
        .placeholders(Map.of("app_role", quoted(app.user())))
        .load()
        .migrate()
        .migrationsExecuted;
  }

  /**
   * Makes the day partitions that will be needed soon; any process may, as the function runs as the
   * owner.
   */
  public static int ensurePartitions(Jdbi jdbi) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery("select ensure_partitions(:days)")
            .bind("days", DAYS_AHEAD)
            .mapTo(Integer.class)
            .one());
  }

  /**
   * Drops the days that ended longer ago than this, except those with something open; returns how
   * many.
   */
  public static int dropPartitions(Jdbi jdbi, Duration retention) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery("select drop_partitions(:seconds * interval '1 s')")
            .bind("seconds", retention.toSeconds())
            .mapTo(Integer.class)
            .one());
  }

  private static void createRole(Handle handle, DatabaseAddress app) {
    boolean exists =
        handle
            .createQuery("select count(*) > 0 from pg_roles where rolname = :role")
            .bind("role", app.user())
            .mapTo(Boolean.class)
            .one();
    if (!exists) {
      String password =
          app.password() == null ? "" : " password '" + app.password().replace("'", "''") + "'";
      handle.execute("create role " + quoted(app.user()) + " login" + password);
    }
  }

  private static String quoted(String role) {
    return '"' + role.replace("\"", "\"\"") + '"';
  }
}
