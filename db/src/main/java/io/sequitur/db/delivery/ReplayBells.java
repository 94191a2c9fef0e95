package io.sequitur.db.delivery;

import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The record of each replay's next look, which decides who has to ring; as {@link BellStore} has it
 * for webhooks. All of it stands in the replay's row, whose lock comes after those of lanes and of
 * webhook_state, and before those of items.
 */
@Singleton
public final class ReplayBells {
  /** Replays with something due in a lane {@code lane}. Index: replay_item_heads. */
  static final String WAITING_IN_LANE =
      """
      select i.replay_id from replay_item i
      where i.webhook_uid = lane.webhook_uid and i.key_id = lane.key_id
        and i.next_attempt_at <= now() and coalesce(i.claim_until, '-infinity') < now() limit 10\
      """;

  private static final String LOWER =
      """
      update replay set next_look = now()
      where id in (select id from replay where id = any(:ids) order by id for update)
        and state = 'running' and (next_look is null or next_look > now())
      returning id
      """;

  // Index: replay_open.
  private static final String LOWER_THOSE_OF =
      """
      update replay set next_look = now()
      where id in (select id from replay where webhook_uid = any(:webhooks) and state = 'running' order by id for update)
        and (next_look is null or next_look > now())
      returning id
      """;

  // Drains carry rising numbers; one that was frozen while another took over changes nothing.
  private static final String BEGIN =
      "update replay set drain = :drain, next_look = now() where id = :replay and drain <= :drain returning id";

  // What waits in the replay's lanes although nothing of it stands before it there: the window has
  // been looked through to its end, or `ordered` was switched off. Index: replay_item_waiting,
  // replay_item_lane.
  static final String FREE_HEADS =
      """
      update replay_item i set next_attempt_at = now()
      from replay p left join webhook w on w.uid = p.webhook_uid
      where p.id = :replay and i.replay_id = p.id and i.next_attempt_at is null and not i.failed
        and (not coalesce(w.ordered, false) or p.scanned and not exists (
          select from replay_item o
          where o.replay_id = i.replay_id and o.key_id = i.key_id and not o.failed and o.position < i.position offset 0))
      """;

  private static final String LOCK =
      """
      select p.drain, p.state, p.scanned, p.delivered, p.failed, p.total, p.webhook, w.uid is not null as there,
             coalesce(w.ordered, false) as ordered, %s as room, %s as usable
      from replay p left join webhook w on w.uid = p.webhook_uid left join webhook_state s on s.webhook_uid = p.webhook_uid
      where p.id = :replay for update of p
      """
          .formatted(ReplayScan.ROOM, Usable.REPLAY);

  // By the rule of claims: what is claimed may be looked at when that claim has lapsed, what stands
  // in a lane when everybody's claims there have; while many wait for a retry, nothing else is due.
  private static final String NEXT =
      """
      select extract(epoch from greatest(min(greatest(i.next_attempt_at, i.claim_until, l.until)), p.hold_until, p.paced_until, max(s.paused_until))
                                - clock_timestamp()) * 1000 as wait
      from replay p left join webhook_state s on s.webhook_uid = p.webhook_uid
      left join replay_item i on i.replay_id = p.id and i.next_attempt_at is not null and (i.attempts > 0 or not %s)
        and (not :ordered or i.key_id is null or p.scanned and not exists (
          select from replay_item o where o.replay_id = i.replay_id and o.key_id = i.key_id and not o.failed and o.position < i.position offset 0))
      left join lateral (
        select max(o.claim_until) as until from (
          select o.claim_until from delivery_open o where o.webhook_uid = i.webhook_uid and o.key_id = i.key_id
          union all
          select r.claim_until from replay_item r
          where r.webhook_uid = i.webhook_uid and r.key_id = i.key_id and r.next_attempt_at is not null) o
        where o.claim_until >= now()) l on :ordered and i.key_id is not null
      where p.id = :replay
      group by p.id having count(i.event_id) > 0
      """
          .formatted(ReplayClaims.CROWDED);

  private static final String OVERDUE =
      """
      select p.id from replay p join webhook w on w.uid = p.webhook_uid left join webhook_state s on s.webhook_uid = w.uid
      where p.state = 'running' and %s
        and coalesce(p.next_look, p.created_at) < now() - :age * interval '1 ms'
      order by p.id
      """
          .formatted(Usable.REPLAY);

  private static final String CHANGED =
      """
      update replay set hold_until = null
      where id in (select id from replay where webhook_uid = any(:webhooks) and state = 'running' order by id for update)
      returning id
      """;

  /**
   * Nobody is told to look again sooner than this: an item may be locked by who is about to end.
   */
  private static final Duration SHORTEST = Duration.ofMillis(20);

  /** The same for a drain that has found nothing to send. */
  private static final Duration IDLE = Duration.ofSeconds(1);

  private final Jdbi jdbi;

  ReplayBells(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * How a drain ended.
   *
   * @param nextLook how long until the workflow looks again; null when nothing will be due by
   *     itself
   * @param state of the replay
   */
  public record Settled(
      @Nullable Duration nextLook,
      String state,
      String webhook,
      long delivered,
      long failed,
      long total) {}

  /** A drain begins; false when a later one has begun already, and this one has to stop. */
  public boolean begin(UUID replay, long drain) {
    return jdbi.inTransaction(handle -> {
      boolean mine =
          handle
              .createQuery(BEGIN)
              .bind("replay", replay)
              .bind("drain", drain)
              .mapTo(UUID.class)
              .findOne()
              .isPresent();
      if (mine) {
        handle.createUpdate(FREE_HEADS).bind("replay", replay).execute();
      }
      return mine;
    });
  }

  /**
   * A drain ends: closes the replay when nothing is left of it, else writes down when its workflow
   * looks next; empty when there is no such replay.
   *
   * @param worked whether the drain has sent anything
   */
  public Optional<Settled> settle(UUID replay, long drain, boolean worked) {
    return jdbi.inTransaction(handle -> {
      Optional<Row> row =
          handle.createQuery(LOCK).bind("replay", replay).map((rs, ctx) -> Row.of(rs)).findOne();
      return row.map(found -> settle(handle, replay, drain, worked, found));
    });
  }

  private static Settled settle(Handle handle, UUID replay, long drain, boolean worked, Row row) {
    if (!row.state.equals("running")) {
      return row.settled(null, row.state);
    }
    if (!row.there) {
      // The sweep writes it down: here only this one replay is locked.
      return row.settled(null, "cancelled");
    }
    if (row.scanned && ReplayStore.complete(handle, replay)) {
      return row.settled(null, "completed");
    }
    Duration wait = row.usable ? wait(handle, replay, row, worked ? SHORTEST : IDLE) : null;
    if (row.drain == drain) {
      handle
          .createUpdate(
              "update replay set next_look = clock_timestamp() + :wait * interval '1 ms' where id = :replay")
          .bind("replay", replay)
          .bind("wait", wait == null ? null : wait.toMillis())
          .execute();
    }
    return row.settled(wait, "running");
  }

  private static Duration wait(Handle handle, UUID replay, Row row, Duration shortest) {
    Optional<Duration> next =
        handle
            .createQuery(NEXT)
            .bind("replay", replay)
            .bind("ordered", row.ordered)
            .map((rs, ctx) -> Duration.ofMillis(rs.getLong("wait")))
            .findOne();
    Duration wait = row.scanned || !row.room ? next.orElse(IDLE) : Duration.ZERO;
    return wait.compareTo(shortest) < 0 ? shortest : wait;
  }

  /** Notes within a transaction that these may go on; returns those that have to be rung. */
  static List<UUID> lower(Handle handle, Collection<UUID> replays) {
    return replays.isEmpty()
        ? List.of()
        : handle
            .createQuery(LOWER)
            .bind("ids", replays.toArray(UUID[]::new))
            .mapTo(UUID.class)
            .list();
  }

  /** The same for all that run of these webhooks, of which more may be attempted than before. */
  static List<UUID> lowerThoseOf(Handle handle, Collection<Long> webhooks) {
    return webhooks.isEmpty()
        ? List.of()
        : handle
            .createQuery(LOWER_THOSE_OF)
            .bind("webhooks", webhooks.toArray(Long[]::new))
            .mapTo(UUID.class)
            .list();
  }

  /** Running replays of usable webhooks, at which nobody has looked for so long. */
  public List<UUID> overdue(Duration age) {
    return jdbi.withHandle(
        handle -> handle.createQuery(OVERDUE).bind("age", age.toMillis()).mapTo(UUID.class).list());
  }

  /** These webhooks have changed: their running replays, which may go on now. */
  public List<UUID> changed(Collection<Long> webhooks) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(CHANGED)
            .bind("webhooks", webhooks.toArray(Long[]::new))
            .mapTo(UUID.class)
            .list());
  }

  private record Row(
      long drain,
      String state,
      boolean scanned,
      boolean room,
      boolean there,
      boolean ordered,
      boolean usable,
      String webhook,
      long delivered,
      long failed,
      long total) {
    static Row of(ResultSet rs) throws SQLException {
      return new Row(
          rs.getLong("drain"),
          rs.getString("state"),
          rs.getBoolean("scanned"),
          rs.getBoolean("room"),
          rs.getBoolean("there"),
          rs.getBoolean("ordered"),
          rs.getBoolean("usable"),
          rs.getString("webhook"),
          rs.getLong("delivered"),
          rs.getLong("failed"),
          rs.getLong("total"));
    }

    Settled settled(@Nullable Duration wait, String now) {
      return new Settled(wait, now, webhook, delivered, failed, total);
    }
  }
}
