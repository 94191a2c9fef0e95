package io.sequitur.db.sync;

import io.sequitur.db.Sql;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** What may be done while the row of a target is locked. */
public final class SyncTransaction {
  // One statement, one snapshot: what the set is made of, and which state of the catalogue that is.
  private static final String CATALOGUE =
      """
      select %s as catalogue_version, %s as pending, pg_current_snapshot()::text as snapshot,
             coalesce((select json_agg(x) from cached.sync_trigger x where x.tenant = t.tenant), '[]')::text as triggers,
             coalesce((select json_agg(x) from cached.sync_webhook x where x.tenant = t.tenant), '[]')::text as webhooks
      from sync_target t where t.uid = :uid
      """
          .formatted(SyncStore.VERSION, SyncStore.PENDING);

  private static final String INSERT_SET =
      """
      insert into sync_set (tenant, name, generation, hash, items, names, snapshot)
      values (:tenant, :name, :generation, :hash, :items, :names, cast(:snapshot as pg_snapshot))
      """;

  private static final String SAVE =
      """
      update sync_state s set target_uid = n.target_uid, url = n.url, state = n.state, generation = n.generation, hash = n.hash,
        set_version = n.set_version, desired = n.desired, desired_hash = n.desired_hash, suppressed = n.suppressed,
        handed_out = n.handed_out, noticed = n.noticed, notified = n.notified, notification_id = n.notification_id,
        applied = n.applied, applied_hash = n.applied_hash, floor = n.floor, round = n.round, verifying = n.verifying,
        failures = n.failures, due_at = n.due_at, dirty_since = n.dirty_since, gathering_since = n.gathering_since,
        error = n.error, next_look = n.next_look,
        target_version = n.target_version, superseded_at = n.superseded_at, looked = n.looked, clean_at = n.clean_at,
        updated_at = clock_timestamp()
      from json_populate_record(null::sync_state, cast(:row as json)) n
      where s.tenant = n.tenant and s.name = n.name
      """;

  // Deleted since the generation was read: not visible in its snapshot. Index: sync_deletion_item.
  private static final String EXPLAINED =
      """
      select distinct d.item from sync_deletion d
      join sync_set x on x.tenant = d.tenant and x.name = :name and x.generation = :generation
      where d.tenant = :tenant and d.item = any(:items) and not pg_visible_in_snapshot(d.xid, x.snapshot)
      """;

  private final Handle handle;
  private final SyncSeen seen;

  SyncTransaction(Handle handle, SyncSeen seen) {
    this.handle = handle;
    this.seen = seen;
  }

  /** As it stood when the lock was taken. */
  public SyncSeen seen() {
    return seen;
  }

  /** The target's row, which is there while it is locked. */
  public SyncRow row() {
    return Objects.requireNonNull(seen.row(), "the row is locked");
  }

  /**
   * What the catalogue says now.
   *
   * @param version of it; {@code pending}: a change is in it of which the version does not tell yet
   * @param snapshot what was visible
   * @param triggers in JSON, as {@code webhooks}
   */
  public record Catalogue(
      String version, boolean pending, String snapshot, String triggers, String webhooks) {}

  /** Reads it. */
  public Catalogue catalogue() {
    return handle
        .createQuery(CATALOGUE)
        .bind("uid", seen.target().uid())
        .map((rs, ctx) ->
            new Catalogue(
                rs.getString("catalogue_version"),
                rs.getBoolean("pending"),
                rs.getString("snapshot"),
                rs.getString("triggers"),
                rs.getString("webhooks")))
        .one();
  }

  /** Stores a generation's set. It never changes. */
  public void add(
      long generation, String hash, List<String> items, List<String> names, String snapshot) {
    handle
        .createUpdate(INSERT_SET)
        .bind("tenant", seen.target().tenant())
        .bind("name", seen.target().name())
        .bind("generation", generation)
        .bind("hash", hash)
        .bind("items", items.toArray(String[]::new))
        .bind("names", names.toArray(String[]::new))
        .bind("snapshot", snapshot)
        .execute();
  }

  /** The names in a generation's set. */
  public List<String> names(long generation) {
    return handle
        .createQuery(
            "select names from sync_set where tenant = :tenant and name = :name and generation = :generation")
        .bind("tenant", seen.target().tenant())
        .bind("name", seen.target().name())
        .bind("generation", generation)
        .map((rs, ctx) -> Sql.texts(rs, "names"))
        .findOne()
        .orElse(List.of());
  }

  /** Which of these items somebody deleted since that generation was read. */
  public List<String> deletedSince(long generation, Collection<String> items) {
    return handle
        .createQuery(EXPLAINED)
        .bind("tenant", seen.target().tenant())
        .bind("name", seen.target().name())
        .bind("generation", generation)
        .bind("items", items.toArray(String[]::new))
        .mapTo(String.class)
        .list();
  }

  /** The hash of a generation; empty: there never was one. */
  public Optional<String> hash(long generation) {
    return handle
        .createQuery(
            "select hash from sync_set where tenant = :tenant and name = :name and generation = :generation")
        .bind("tenant", seen.target().tenant())
        .bind("name", seen.target().name())
        .bind("generation", generation)
        .mapTo(String.class)
        .findOne();
  }

  /** The round of a notice of this target; empty: there was no such notice. */
  public Optional<Long> round(UUID notification) {
    return handle
        .createQuery(
            """
            select round from sync_history
            where notification_id = :id and event = 'notice' and tenant = :tenant and name = :name
            """)
        .bind("id", notification)
        .bind("tenant", seen.target().tenant())
        .bind("name", seen.target().name())
        .mapTo(Long.class)
        .findOne();
  }

  /**
   * The items of a generation, all of them.
   *
   * @throws IllegalStateException if they are not kept
   */
  public List<String> items(long generation) {
    return handle
        .createQuery(
            "select items from sync_set where tenant = :tenant and name = :name and generation = :generation")
        .bind("tenant", seen.target().tenant())
        .bind("name", seen.target().name())
        .bind("generation", generation)
        .map((rs, ctx) -> Sql.texts(rs, "items"))
        .one();
  }

  /** The live keys of the target, encrypted, in Base64; the newest first. */
  public String keys() {
    return handle
        .createQuery("select coalesce(keys, '[]')::text from cached.sync_target where uid = :uid")
        .bind("uid", seen.target().uid())
        .mapTo(String.class)
        .one();
  }

  /** Writes the row. */
  public void save(SyncRow row) {
    handle.createUpdate(SAVE).bind("row", Sql.rows(row)).execute();
  }

  /** Adds to the history. */
  public void log(
      String event,
      String state,
      @Nullable Long generation,
      @Nullable UUID notification,
      long round,
      @Nullable String detail) {
    handle
        .createUpdate(
            """
            insert into sync_history (tenant, name, event, state, generation, notification_id, round, detail)
            values (:tenant, :name, :event, :state, :generation, cast(:notification as uuid), :round, :detail)
            """)
        .bind("tenant", seen.target().tenant())
        .bind("name", seen.target().name())
        .bind("event", event)
        .bind("state", state)
        .bind("generation", generation)
        .bind("notification", notification)
        .bind("round", round)
        .bind("detail", detail)
        .execute();
  }

  /** Notes who asked for it. */
  public void audit(String actor, String action) {
    SyncTargetStore.audit(handle, seen.target().tenant(), seen.target().name(), actor, action);
  }
}
