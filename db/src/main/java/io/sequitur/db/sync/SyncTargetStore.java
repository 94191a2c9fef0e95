package io.sequitur.db.sync;

import static io.sequitur.db.Sql.time;

import io.sequitur.db.Sql;
import io.sequitur.db.catalogue.PutOutcome;
import io.sequitur.db.sync.SyncTargetRow.Content;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Sync targets as users declare them, and what signs their notices. */
@Singleton
public final class SyncTargetStore {
  private static final String SELECT = "select * from sync_target where tenant = :tenant";

  private static final String UPSERT =
      """
      insert into sync_target (tenant, name, url, description, active, mode, resync_ms, debounce_ms, ack_timeout_ms,
                               monotonic, quiet_ms)
      values (:tenant, :name, :url, :description, :active, :mode, :resyncMs, :debounceMs, :ackTimeoutMs, :monotonic, :quietMs)
      on conflict (tenant, name) do update set url = excluded.url, description = excluded.description,
        active = excluded.active, mode = excluded.mode, resync_ms = excluded.resync_ms,
        debounce_ms = excluded.debounce_ms, ack_timeout_ms = excluded.ack_timeout_ms,
        monotonic = excluded.monotonic, quiet_ms = excluded.quiet_ms
      returning uid
      """;

  // By the database's clock, as is what reads the keys of a notice.
  private static final String EXPIRE =
      """
      update sync_signing_key set expires_at = now() + :overlap * interval '1 ms'
      where target_uid = :target and (expires_at is null or expires_at > now() + :overlap * interval '1 ms')
      """;

  private static final String USERS =
      """
      select n.trigger from trigger_notification n join sync_target t on t.uid = n.target_uid
      where t.tenant = :tenant and t.name = :name order by n.trigger
      """;

  private final Jdbi jdbi;

  SyncTargetStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * Creates or replaces.
   *
   * @param sealed gives the key, encrypted for the target's uid
   * @param replaceKey whether it takes the place of the one there is
   */
  public PutOutcome put(
      String tenant,
      Content content,
      @Nullable String ifMatch,
      boolean replaceKey,
      LongFunction<byte[]> sealed) {
    return jdbi.inTransaction(handle -> {
      Optional<String> before = Sql.lockedVersion(handle, "sync_target", tenant, content.name());
      return PutOutcome.of(
          before,
          ifMatch,
          () -> put(handle, tenant, content, before.isEmpty() || replaceKey ? sealed : null));
    });
  }

  /**
   * The same as part of a larger transaction, whatever stood there.
   *
   * @param sealed null: the key stays
   */
  public void put(
      Handle handle, String tenant, Content content, @Nullable LongFunction<byte[]> sealed) {
    long uid =
        handle
            .createQuery(UPSERT)
            .bind("tenant", tenant)
            .bindMethods(content)
            .mapTo(Long.class)
            .one();
    if (sealed != null) {
      handle.execute("delete from sync_signing_key where target_uid = ?", uid);
      addKey(handle, uid, sealed);
    }
  }

  private static void addKey(Handle handle, long uid, LongFunction<byte[]> sealed) {
    handle.execute(
        "insert into sync_signing_key (target_uid, secret) values (?, ?)", uid, sealed.apply(uid));
  }

  /** Adds a key; those before sign beside it for so long. Gives until when; empty: no target. */
  public Optional<Instant> rotate(
      String tenant, String name, String actor, LongFunction<byte[]> sealed, Duration overlap) {
    return jdbi.inTransaction(handle ->
        handle
            .createQuery(
                "select uid from sync_target where tenant = :tenant and name = :name for update")
            .bind("tenant", tenant)
            .bind("name", name)
            .mapTo(Long.class)
            .findOne()
            .map(uid -> {
              handle.execute(
                  "delete from sync_signing_key where target_uid = ? and expires_at <= now()", uid);
              handle
                  .createUpdate(EXPIRE)
                  .bind("target", uid)
                  .bind("overlap", overlap.toMillis())
                  .execute();
              addKey(handle, uid, sealed);
              audit(handle, tenant, name, actor, "sync-target.rotate-secret");
              return handle
                  .createQuery("select now() + :overlap * interval '1 ms' as until")
                  .bind("overlap", overlap.toMillis())
                  .map((rs, ctx) -> time(rs, "until"))
                  .one();
            }));
  }

  static void audit(Handle handle, String tenant, String name, String actor, String action) {
    handle.execute(
        "insert into audit_log (tenant, actor, action, detail) values (?, ?, ?, jsonb_build_object('syncTarget', ?::text))",
        tenant,
        actor,
        action,
        name);
  }

  public Optional<SyncTargetRow> find(String tenant, String name) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(SELECT + " and name = :name")
            .bind("tenant", tenant)
            .bind("name", name)
            .map((rs, ctx) -> row(rs))
            .findOne());
  }

  /** All of a tenant. */
  public List<SyncTargetRow> all(Handle handle, String tenant) {
    return handle.createQuery(SELECT).bind("tenant", tenant).map((rs, ctx) -> row(rs)).list();
  }

  /** By name; {@code after} is the last name of the page before. */
  public List<SyncTargetRow> list(String tenant, String after, int limit) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(SELECT + " and name > :after order by name limit :limit")
            .bind("tenant", tenant)
            .bind("after", after)
            .bind("limit", limit)
            .map((rs, ctx) -> row(rs))
            .list());
  }

  /** The newest key of a target, encrypted. */
  public Optional<byte[]> key(Handle handle, long uid) {
    return handle
        .createQuery(
            "select secret from sync_signing_key where target_uid = :uid order by id desc limit 1")
        .bind("uid", uid)
        .mapTo(byte[].class)
        .findOne();
  }

  /** The triggers that notify it. */
  public List<String> users(String tenant, String name) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(USERS)
            .bind("tenant", tenant)
            .bind("name", name)
            .mapTo(String.class)
            .list());
  }

  /** Which of these names no target has. */
  public List<String> missing(String tenant, Collection<String> names) {
    return jdbi.withHandle(handle -> Sql.missing(handle, "sync_target", tenant, names));
  }

  /** What is known of it stays, for whoever is registered under its name again. */
  public boolean delete(String tenant, String name) {
    return jdbi.withHandle(handle -> delete(handle, tenant, name));
  }

  public boolean delete(Handle handle, String tenant, String name) {
    return handle.execute("delete from sync_target where tenant = ? and name = ?", tenant, name)
        > 0;
  }

  static SyncTargetRow row(ResultSet rs) throws SQLException {
    return new SyncTargetRow(
        rs.getLong("uid"),
        rs.getString("tenant"),
        new Content(
            rs.getString("name"),
            rs.getString("url"),
            rs.getString("description"),
            rs.getBoolean("active"),
            rs.getString("mode"),
            rs.getLong("resync_ms"),
            rs.getInt("debounce_ms"),
            rs.getInt("ack_timeout_ms"),
            rs.getBoolean("monotonic"),
            rs.getInt("quiet_ms")),
        rs.getString("version"),
        time(rs, "created_at"),
        time(rs, "updated_at"));
  }
}
