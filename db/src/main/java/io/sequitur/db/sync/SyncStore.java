package io.sequitur.db.sync;

import static io.sequitur.db.Sql.time;

import io.sequitur.db.Sql;
import io.sequitur.db.cache.InvalidationStore;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * What the engine knows of sync targets. Every change is made under the lock of the target's row,
 * see {@link SyncTransaction}.
 */
@Singleton
public final class SyncStore {
  /**
   * For a row {@code t} of {@code sync_target}: the epochs of everything that its set is made of,
   * which are two, whatever it holds.
   */
  static final String VERSION =
      """
      concat_ws(':',
        coalesce((select e.epoch from cache_epoch e where e.tenant = t.tenant and e.key = 'sequitur:triggers'), 0),
        coalesce((select e.epoch from cache_epoch e where e.tenant = t.tenant and e.key = 'sequitur:webhooks'), 0),
        %s)\
      """
          .formatted(InvalidationStore.EVERYTHING);

  /** Whether a change of the engine's own configuration waits for its step 2. */
  static final String PENDING =
      """
      exists (select from invalidation i
               where i.cache is null and (i.tenant is null or i.tenant = t.tenant) and i.key like 'sequitur:%')\
      """;

  // One statement: the version of what a generation was read from, and whether it is still the
  // newest.
  static final String SEE =
      """
      select t.*, row_to_json(s) as state_row, %s as catalogue_version, %s as pending, clock_timestamp() as clock
      from sync_target t left join sync_state s on s.tenant = t.tenant and s.name = t.name
      """
          .formatted(VERSION, PENDING);

  private static final String ENSURE =
      """
      insert into sync_state (tenant, name, target_uid, url)
      select tenant, name, uid, url from sync_target where tenant = :tenant and name = :name
      on conflict (tenant, name) do nothing
      """;

  private static final String LOCK =
      "select 1 from sync_state where tenant = :tenant and name = :name for update";

  // Looks carry rising numbers; one that was frozen while another took over changes nothing.
  private static final String BEGIN =
      """
      update sync_state s set look = :look, next_look = now()
      from sync_target t
      where s.target_uid = :uid and t.uid = s.target_uid and t.active and s.look <= :look
      returning t.tenant, t.name
      """;

  // Targets that somebody has to look at: what is due was not done, or a change has no generation.
  private static final String FORGOTTEN =
      """
      select t.uid from sync_target t left join sync_state s on s.tenant = t.tenant and s.name = t.name
      where t.active and (s.target_uid is distinct from t.uid or s.due_at < now() - :age * interval '1 ms'
        or s.target_version is distinct from t.version::text or s.set_version is distinct from %s)
      """
          .formatted(VERSION);

  private static final String OVERDUE =
      """
      select t.uid from sync_target t join sync_state s on s.target_uid = t.uid
      where t.active and s.due_at < now() - :age * interval '1 ms'
      """;

  // Sets that nobody can ask for any more, and old history.
  private static final List<String> FORGET =
      List.of(
          """
          update sync_set x set items = null, names = null from sync_state s
          where s.tenant = x.tenant and s.name = x.name and x.items is not null and x.created_at < now() - interval '1 hour'
            and x.generation < s.desired and x.generation < s.generation
          """,
          "delete from sync_history where at < now() - interval '30 days'",
          "delete from sync_deletion where at < now() - interval '30 days'");

  private final Jdbi jdbi;

  SyncStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** The target of this name; empty: there is none now. */
  public Optional<SyncSeen> see(String tenant, String name) {
    return jdbi.withHandle(handle -> see(handle, tenant, name));
  }

  static Optional<SyncSeen> see(Handle handle, String tenant, String name) {
    return handle
        .createQuery(SEE + "where t.tenant = :tenant and t.name = :name")
        .bind("tenant", tenant)
        .bind("name", name)
        .map((rs, ctx) -> seen(rs))
        .findOne();
  }

  /** Which target it is. */
  public record Named(String tenant, String name) {}

  /** The targets of these tenants that are to be told. */
  public List<Named> active(Collection<String> tenants) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(
                "select tenant, name from sync_target where tenant = any(:tenants) and active order by tenant, name")
            .bind("tenants", tenants.toArray(String[]::new))
            .map((rs, ctx) -> key(rs))
            .list());
  }

  /** The target of this uid; empty: it is deleted. */
  public Optional<Named> key(long uid) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery("select tenant, name from sync_target where uid = :uid")
            .bind("uid", uid)
            .map((rs, ctx) -> key(rs))
            .findOne());
  }

  /**
   * Works under the lock of the target's row; empty: there is no such target. What the work reads
   * is newer than whatever the lock was waited for.
   */
  public <T> Optional<T> locked(String tenant, String name, Function<SyncTransaction, T> work) {
    return jdbi.inTransaction(
        TransactionIsolationLevel.READ_COMMITTED,
        handle -> {
          if (!lock(handle, tenant, name)) {
            handle.createUpdate(ENSURE).bind("tenant", tenant).bind("name", name).execute();
            boolean unused = lock(handle, tenant, name);
          }
          return see(handle, tenant, name)
              .map(seen -> work.apply(new SyncTransaction(handle, seen)));
        });
  }

  private static boolean lock(Handle handle, String tenant, String name) {
    return handle
        .createQuery(LOCK)
        .bind("tenant", tenant)
        .bind("name", name)
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  /**
   * A look begins; empty when a later one has begun already, or the target is deleted or inactive,
   * and this one has to stop.
   */
  public Optional<Named> begin(long uid, long look) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(BEGIN)
            .bind("uid", uid)
            .bind("look", look)
            .map((rs, ctx) -> key(rs))
            .findOne());
  }

  /** Active targets that nobody seems to look at, by uid. */
  public List<Long> forgotten(Duration age) {
    return jdbi.withHandle(handle ->
        handle.createQuery(FORGOTTEN).bind("age", age.toMillis()).mapTo(Long.class).list());
  }

  /** Active targets of which something has been due for so long, by uid. */
  public List<Long> overdue(Duration age) {
    return jdbi.withHandle(
        handle -> handle.createQuery(OVERDUE).bind("age", age.toMillis()).mapTo(Long.class).list());
  }

  /** Drops what nobody can ask for any more. */
  public void forget() {
    jdbi.useHandle(handle -> FORGET.forEach(handle::execute));
  }

  /**
   * One entry of a target's history.
   *
   * @param event its word; {@code state} is the one that followed
   */
  public record History(
      Instant at,
      String event,
      String state,
      @Nullable Long generation,
      @Nullable String notificationId,
      @Nullable String detail,
      long id) {}

  /** The newest first; {@code before} is the id of the last one of the page before. */
  public List<History> history(String tenant, String name, long before, int limit) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(
                """
                select * from sync_history where tenant = :tenant and name = :name and id < :before
                order by id desc limit :limit
                """)
            .bind("tenant", tenant)
            .bind("name", name)
            .bind("before", before)
            .bind("limit", limit)
            .map((rs, ctx) ->
                new History(
                    time(rs, "at"),
                    rs.getString("event"),
                    rs.getString("state"),
                    Sql.longOrNull(rs, "generation"),
                    rs.getString("notification_id"),
                    rs.getString("detail"),
                    rs.getLong("id")))
            .list());
  }

  /**
   * A part of a stored set.
   *
   * @param items null: the set is no longer kept, or the target may apply it over a newer one
   * @param size of the whole set
   */
  public record Part(String hash, @Nullable List<String> items, int size) {}

  /** So many items of a generation, from the one with this index on; empty: there never was one. */
  public Optional<Part> set(String tenant, String name, long generation, int from, int count) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(
                """
                select hash, array(select i from unnest(items) with ordinality as u(i, n) where n > :from and n <= :from + :count order by n) as items, coalesce(cardinality(items), 0) as size,
                       items is null or exists (
                         select from sync_target t join sync_state s on s.target_uid = t.uid
                          where t.tenant = x.tenant and t.name = x.name and not t.monotonic and s.desired <> x.generation) as gone
                from sync_set x where tenant = :tenant and name = :name and generation = :generation
                """)
            .bind("tenant", tenant)
            .bind("name", name)
            .bind("generation", generation)
            .bind("from", from)
            .bind("count", count)
            .map((rs, ctx) ->
                new Part(
                    rs.getString("hash"),
                    rs.getBoolean("gone") ? null : Sql.texts(rs, "items"),
                    rs.getInt("size")))
            .findOne());
  }

  /**
   * How targets stand, as gauges want it; those that are inactive are not counted.
   *
   * @param targets how many, by state
   * @param age seconds since the one that waits longest was clean; 0: all are
   */
  public record Figures(Map<String, Long> targets, double age) {
    public Figures {
      targets = Map.copyOf(targets);
    }
  }

  /** Asks. */
  public Figures figures() {
    Map<String, Long> targets = new HashMap<>();
    double[] age = {0};
    jdbi.useHandle(handle ->
        handle
            .createQuery(
                """
                select case when s.state = 'CLEAN' and (%s or s.set_version is distinct from %s) then 'DIRTY' else s.state end as state,
                       count(*) as targets, coalesce(max(extract(epoch from clock_timestamp() - s.dirty_since)), 0) as age
                from sync_target t join sync_state s on s.target_uid = t.uid where t.active group by 1
                """
                    .formatted(PENDING, VERSION))
            .map((rs, ctx) -> {
              age[0] = Math.max(age[0], rs.getDouble("age"));
              return targets.put(rs.getString("state"), rs.getLong("targets"));
            })
            .list());
    return new Figures(targets, age[0]);
  }

  private static Named key(ResultSet rs) throws SQLException {
    return new Named(rs.getString("tenant"), rs.getString("name"));
  }

  private static SyncSeen seen(ResultSet rs) throws SQLException {
    String row = rs.getString("state_row");
    return new SyncSeen(
        SyncTargetStore.row(rs),
        row == null ? null : Sql.row(row, SyncRow.class),
        rs.getString("catalogue_version"),
        rs.getBoolean("pending"),
        time(rs, "clock"));
  }
}
