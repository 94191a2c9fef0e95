package io.sequitur.db.cache;

import io.sequitur.db.DatabaseAddress;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** Makes what only the owner of the schema may: the triggers of users' caches. */
public final class CacheTriggers {
  private static final String NOT_ACTIVE =
      """
      select 'cache ' || name || ' (tenant ' || tenant || ') is ' || state || coalesce(': ' || problem, '')
      from sequitur.cache_state_now where state <> 'active' order by tenant, name
      """;

  private CacheTriggers() {}

  /**
   * Makes the triggers of every cache that lacks them, and takes away those of caches that are
   * gone. Waits a second at most for each table that somebody is writing to.
   *
   * @return a sentence for each cache that is not active afterwards
   * @throws org.jdbi.v3.core.JdbiException when the database is away, or this is not the owner
   */
  public static List<String> attach(DatabaseAddress owner) {
    return Jdbi.create(owner::connect)
        .withHandle(handle -> {
          handle.createQuery("select sequitur.attach_caches()").mapTo(Integer.class).one();
          return handle.createQuery(NOT_ACTIVE).mapTo(String.class).list();
        });
  }
}
