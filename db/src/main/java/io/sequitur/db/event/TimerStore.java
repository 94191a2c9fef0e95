package io.sequitur.db.event;

import io.sequitur.db.Sql;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The record of when the workflow of each condition looks next, which decides who has to ring; and
 * what nobody has looked at. The same protocol as for webhooks (BellStore).
 */
@Singleton
public final class TimerStore {
  // Lowers next_look; returns the triggers whose workflow does not look that early by itself. A
  // trigger's windows are all of one length, so this changes a row only when no workflow is there.
  private static final String DUE =
      """
      insert into condition_timer as t (tenant, trigger, next_look)
      select tenant, trigger, due_at
      from json_to_recordset(cast(:opened as json)) as o(tenant text, trigger text, due_at timestamptz)
      order by tenant, trigger
      on conflict (tenant, trigger) do update set next_look = excluded.next_look
      where t.next_look is null or t.next_look > excluded.next_look
      returning t.tenant, t.trigger
      """;

  private static final String BEGIN =
      """
      insert into condition_timer as t (tenant, trigger, firing, next_look) values (:tenant, :trigger, :firing, now())
      on conflict (tenant, trigger) do update set firing = excluded.firing, next_look = now() where t.firing <= excluded.firing
      returning t.firing
      """;

  private static final String LOCK =
      "select firing from condition_timer where tenant = :tenant and trigger = :trigger for update";

  // Index: condition_window_due.
  static final String NEXT =
      """
      select n.due_at, ceil(extract(epoch from n.due_at - clock_timestamp()) * 1000)::bigint as millis
      from (
        select min(w.due_at) as due_at from condition_window w
        where w.condition_id = (select t.condition_id from trigger t where t.tenant = :tenant and t.name = :trigger)
          and w.event_id is not null
      ) n
      """;

  private static final String SETTLE =
      "update condition_timer set next_look = cast(:next as timestamptz) where tenant = :tenant and trigger = :trigger";

  // One look-up for each trigger with a condition. Index: condition_window_due.
  static final String OVERDUE =
      """
      select t.tenant, t.name as trigger from trigger t
      where t.condition_id is not null and exists (
        select from condition_window w
        where w.condition_id = t.condition_id and w.event_id is not null and w.due_at < now() - :age * interval '1 ms')
      order by t.tenant, t.name
      """;

  // What is over needs no firing: thresholds that were not reached, and closed windows.
  // Index: condition_window_over. A router that holds a row is about to use it again.
  static final String FORGET =
      """
      delete from condition_window where ctid = any(array(
        select ctid from condition_window where event_id is null and due_at < now() order by due_at
        limit :limit for update skip locked))
      """;

  // Windows of a condition that is no trigger's any more. Each condition is looked at once, however
  // many windows it has. Index: condition_window_due.
  private static final String DROP_ORPHANS =
      """
      with recursive condition as (
        (select condition_id from condition_window where event_id is not null order by condition_id limit 1)
        union all
        select (select w.condition_id from condition_window w
                where w.event_id is not null and w.condition_id > c.condition_id order by w.condition_id limit 1)
        from condition c where c.condition_id is not null
      ), orphan as materialized (
        select c.condition_id from condition c
        where c.condition_id is not null and not exists (select from trigger t where t.condition_id = c.condition_id)
      )
      delete from condition_window where ctid = any(array(
        select w.ctid from orphan o join condition_window w on w.condition_id = o.condition_id
        where w.event_id is not null
        limit :limit for update of w skip locked))
      """;

  private static final String DROP_TIMERS =
      """
      delete from condition_timer c
      where (next_look is null or next_look < now() - interval '1 hour')
        and not exists (select from trigger t where t.tenant = c.tenant and t.name = c.trigger)
      """;

  private final Jdbi jdbi;

  TimerStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** A trigger whose workflow has to be rung. */
  public record Timer(String tenant, String trigger) {}

  /** Notes when windows are due; returns the triggers that somebody has to ring. */
  public List<Timer> due(Collection<Opened> opened) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(DUE)
            .bind("opened", Sql.rows(opened))
            .map((rs, ctx) -> new Timer(rs.getString("tenant"), rs.getString("trigger")))
            .list());
  }

  /** A firing begins; false when a later one has begun already, and this one has to stop. */
  public boolean begin(String tenant, String trigger, long firing) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(BEGIN)
            .bind("tenant", tenant)
            .bind("trigger", trigger)
            .bind("firing", firing)
            .mapTo(Long.class)
            .findOne()
            .isPresent());
  }

  /**
   * A firing ends: writes down when its workflow looks next, and returns in how long that is, by
   * the database's clock; empty when no window is open.
   */
  public Optional<Duration> settle(String tenant, String trigger, long firing) {
    return jdbi.inTransaction(handle -> settle(handle, tenant, trigger, firing));
  }

  private static Optional<Duration> settle(
      Handle handle, String tenant, String trigger, long firing) {
    // The lock is a statement of its own: what the next one sees includes every window whose opener
    // had the lock before.
    long latest =
        handle
            .createQuery(LOCK)
            .bind("tenant", tenant)
            .bind("trigger", trigger)
            .mapTo(Long.class)
            .findOne()
            .orElse(firing);
    record Next(@Nullable Instant dueAt, long millis) {}
    Next next =
        handle
            .createQuery(NEXT)
            .bind("tenant", tenant)
            .bind("trigger", trigger)
            .map((rs, ctx) -> new Next(Sql.instant(rs, "due_at"), rs.getLong("millis")))
            .one();
    if (latest == firing) {
      handle
          .createUpdate(SETTLE)
          .bind("tenant", tenant)
          .bind("trigger", trigger)
          .bind("next", next.dueAt == null ? null : next.dueAt.toString())
          .execute();
    }
    return next.dueAt == null
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(Math.max(next.millis, 0)));
  }

  /** Triggers with a window that has been due for longer than this. */
  public List<Timer> overdue(Duration age) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(OVERDUE)
            .bind("age", age.toMillis())
            .map((rs, ctx) -> new Timer(rs.getString("tenant"), rs.getString("trigger")))
            .list());
  }

  /** Drops windows that are over or belong to no condition any more; at most so many of each. */
  public int forget(int limit) {
    return jdbi.withHandle(handle -> {
      int forgotten = handle.createUpdate(FORGET).bind("limit", limit).execute();
      int orphans = handle.createUpdate(DROP_ORPHANS).bind("limit", limit).execute();
      handle.execute(DROP_TIMERS);
      return forgotten + orphans;
    });
  }
}
