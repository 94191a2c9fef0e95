package io.sequitur.db.cache;

import io.sequitur.db.DatabaseAddress;
import jakarta.inject.Singleton;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Whether every table that something cached is made of has all of its triggers. */
@Singleton
public final class Coverage {
  private static final String PROBLEMS =
      "select relation || ' ' || problem from sequitur.coverage() order by 1";
  private static final String UNCOVERED =
      "select relation || ' ' || problem from uncovered order by 1";

  private final Jdbi jdbi;

  public Coverage(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** What is missing now, a sentence each that begins with the table's name. */
  public List<String> problems() {
    return jdbi.withHandle(handle -> list(handle, PROBLEMS));
  }

  /** The same before there is a pool: one connection. */
  public static List<String> problems(DatabaseAddress database) {
    return Jdbi.create(database::connect).withHandle(handle -> list(handle, PROBLEMS));
  }

  /** What was found missing when somebody last looked. */
  public List<String> uncovered() {
    return jdbi.withHandle(handle -> list(handle, UNCOVERED));
  }

  /**
   * Looks, for databases where no event trigger may: what depends on a table that is found
   * otherwise than before becomes stale, and is not kept while something is missing.
   */
  public void note() {
    jdbi.useHandle(handle -> list(handle, "select note_coverage()::text"));
  }

  private static List<String> list(Handle handle, String sql) {
    return handle.createQuery(sql).mapTo(String.class).list();
  }
}
