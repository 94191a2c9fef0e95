package io.sequitur.db.cache;

import static io.sequitur.db.Sql.time;

import io.sequitur.db.Sql;
import io.sequitur.db.catalogue.PutOutcome;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Users' caches: their definitions, and the state of their keys. */
@Singleton
public final class CacheStore {
  private static final String SELECT = "select * from cache_state_now where tenant = :tenant";
  private static final String UPSERT =
      """
      insert into cache (tenant, name, key, tables) values (:tenant, :name, :key, cast(:tables as jsonb))
      on conflict (tenant, name) do update set key = excluded.key, tables = excluded.tables
      """;

  // One statement, and the function is STABLE: one snapshot for epochs and what is pending.
  private static final String STATE =
      "select key, epoch, pending from cache_state_of(:tenant, :keys)";

  private final Jdbi jdbi;

  public CacheStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** What a caller writes; {@code tables} is JSON. */
  public record Content(String key, String tables) {}

  /**
   * The state of a key.
   *
   * @param pending whether something is written that the epoch does not tell of yet
   */
  public record KeyState(String key, long epoch, boolean pending) {}

  /** Of each key, in their order. */
  public List<KeyState> state(String tenant, Collection<String> keys) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(STATE)
            .bind("tenant", tenant)
            .bind("keys", keys.toArray(String[]::new))
            .map((rs, ctx) ->
                new KeyState(rs.getString("key"), rs.getLong("epoch"), rs.getBoolean("pending")))
            .list());
  }

  /** Creates or replaces. */
  public PutOutcome put(String tenant, String name, Content content, @Nullable String ifMatch) {
    return jdbi.inTransaction(handle ->
        PutOutcome.of(
            Sql.lockedVersion(handle, "cache", tenant, name),
            ifMatch,
            () -> put(handle, tenant, name, content)));
  }

  /** The same as part of a larger transaction, whatever stood there. */
  public void put(Handle handle, String tenant, String name, Content content) {
    handle
        .createUpdate(UPSERT)
        .bind("tenant", tenant)
        .bind("name", name)
        .bind("key", content.key())
        .bind("tables", content.tables())
        .execute();
  }

  /** All of a tenant. */
  public List<CacheRow> all(Handle handle, String tenant) {
    return handle.createQuery(SELECT).bind("tenant", tenant).map((rs, ctx) -> row(rs)).list();
  }

  public Optional<CacheRow> find(String tenant, String name) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(SELECT + " and name = :name")
            .bind("tenant", tenant)
            .bind("name", name)
            .map((rs, ctx) -> row(rs))
            .findOne());
  }

  /** By name; {@code after} is the last name of the page before. */
  public List<CacheRow> list(String tenant, String after, int limit) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(SELECT + " and name > :after order by name limit :limit")
            .bind("tenant", tenant)
            .bind("after", after)
            .bind("limit", limit)
            .map((rs, ctx) -> row(rs))
            .list());
  }

  public boolean delete(String tenant, String name) {
    return jdbi.withHandle(handle -> delete(handle, tenant, name));
  }

  public boolean delete(Handle handle, String tenant, String name) {
    return handle.execute("delete from cache where tenant = ? and name = ?", tenant, name) > 0;
  }

  private static CacheRow row(ResultSet rs) throws SQLException {
    return new CacheRow(
        rs.getString("name"),
        rs.getString("key"),
        rs.getString("tables"),
        rs.getString("state"),
        rs.getString("problem"),
        rs.getLong("version"),
        time(rs, "created_at"),
        time(rs, "updated_at"));
  }
}
