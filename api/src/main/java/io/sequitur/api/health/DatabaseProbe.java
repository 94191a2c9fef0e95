package io.sequitur.api.health;

import io.sequitur.api.engine.DatabaseWatch;
import io.sequitur.db.cache.Coverage;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Asks PostgreSQL whether it can be relied upon, at most once a second however many probes come.
 */
@Singleton
final class DatabaseProbe {
  private static final Duration REMEMBERED = Duration.ofSeconds(1);

  // Durability is what a 202 promises: a server that acknowledges before its disk does is refused.
  private static final String STATE =
      """
      select pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as read_only,
             current_setting('fsync') = 'on' as fsync,
             current_setting('full_page_writes') = 'on' as full_page_writes,
             current_setting('synchronous_commit') <> 'off' as synchronous_commit,
             to_regclass('sequitur.event') is not null as migrated,
             to_regprocedure('sequitur.coverage()') is not null as current
      """;

  private final Jdbi jdbi;
  private final Coverage coverage;
  private final DatabaseWatch watch;
  private DatabaseState last = DatabaseState.unreachable();
  private long lastAsked = System.nanoTime() - REMEMBERED.toNanos();

  DatabaseProbe(Jdbi jdbi, Coverage coverage, DatabaseWatch watch) {
    this.jdbi = jdbi;
    this.coverage = coverage;
    this.watch = watch;
  }

  /** No older than a second. Several who ask at once wait for one answer. */
  synchronized DatabaseState state() {
    if (System.nanoTime() - lastAsked >= REMEMBERED.toNanos()) {
      last = ask();
      lastAsked = System.nanoTime();
    }
    return last;
  }

  private DatabaseState ask() {
    try {
      DatabaseState state = jdbi.withHandle(DatabaseProbe::read);
      if (state.current()) {
        state = state.with(coverage.problems());
      }
      watch.answered();
      return state;
    } catch (JdbiException e) {
      watch.failed(e);
      return DatabaseState.unreachable();
    }
  }

  private static DatabaseState read(Handle handle) {
    return handle
        .createQuery(STATE)
        .map((rs, ctx) -> {
          List<String> missing = new ArrayList<>();
          if (rs.getBoolean("read_only")) {
            missing.add("PostgreSQL is read-only: connect to the primary.");
          }
          for (String setting : List.of("fsync", "full_page_writes", "synchronous_commit")) {
            if (!rs.getBoolean(setting)) {
              missing.add("PostgreSQL runs with " + setting + " off: turn it on.");
            }
          }
          boolean migrated = rs.getBoolean("migrated");
          if (!migrated) {
            missing.add("The schema is not there: run sequitur migrate.");
          }
          boolean current = rs.getBoolean("current");
          if (migrated && !current) {
            missing.add("The schema is of an older version: run sequitur migrate.");
          }
          return new DatabaseState(migrated, current, missing);
        })
        .one();
  }
}
