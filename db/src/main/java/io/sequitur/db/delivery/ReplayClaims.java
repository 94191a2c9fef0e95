package io.sequitur.db.delivery;

import static io.sequitur.db.Sql.uuid;

import io.sequitur.db.Sql;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Claims on what replays have to send: the same as those of deliveries, by the same rule of lanes.
 */
@Singleton
public final class ReplayClaims {
  /**
   * So many may wait for a retry; then nothing new is begun until one of them works, or is over.
   */
  public static final int RETRYING = 20;

  /** Whether so many of a replay {@code p} wait for a retry. Index: replay_item_retrying. */
  static final String CROWDED =
      "(select count(*) from (select from replay_item x where x.replay_id = p.id and x.attempts > 0 and not x.failed limit "
          + RETRYING
          + ") y) >= "
          + RETRYING;

  private static final String RELEASE =
      """
      update replay_item i set claim_owner = null, claim_until = null, claim_number = i.claim_number - 1
      from json_to_recordset(cast(:claims as json)) as c(event_id uuid, webhook_uid bigint, number int, replay uuid)
      where i.replay_id = c.replay and i.event_id = c.event_id and i.claim_owner = :owner and i.claim_number = c.number
        and c.webhook_uid %s
      """
          .formatted(Sql.FEW);

  private static final String KEYS =
      """
      select distinct i.key_id
      from json_to_recordset(cast(:claims as json)) as c(event_id uuid, webhook_uid bigint, replay uuid)
      join replay_item i on i.replay_id = c.replay and i.event_id = c.event_id
      where i.key_id is not null and c.webhook_uid %s
      """
          .formatted(Sql.FEW);

  // What came meanwhile waits behind the attempt that is not made. Its state is not written as a
  // constant, which would lead the planner to the index of all that wait.
  private static final String LANES_GO_ON =
      """
      with lane as (
        select distinct c.webhook_uid, k.key_id
        from json_to_recordset(cast(:claims as json)) as c(webhook_uid bigint) cross join unnest(:keys) as k(key_id)
      ), head as materialized (
        select h.* from lane cross join lateral (
          select o.event_id, o.webhook_uid, o.state from delivery_open o
          where o.webhook_uid = lane.webhook_uid and o.key_id = lane.key_id order by o.position limit 1) h
        where h.state = 'waiting'
      )
      update delivery_open d
      set state = case when d.attempts > 0 then 'retrying' else 'pending' end, next_attempt_at = now()
      from head
      where d.event_id = head.event_id and d.webhook_uid = head.webhook_uid and d.state = head.state
      """;

  private static final String FACTS =
      """
      select p.webhook_uid, p.state = 'running' and %s as usable, w.ordered,
             greatest(w.max_concurrency / 2, 1) as places
      from replay p join webhook w on w.uid = p.webhook_uid left join webhook_state s on s.webhook_uid = w.uid
      where p.id = :replay
      """
          .formatted(Usable.REPLAY);

  // Lane locks, for heads that are due; the statements after it see what their last holders did.
  // Index: replay_item_due, and those of the rule.
  private static final String LOCK_LANES =
      """
      select k.id from key_counter k where k.id in (
        select i.key_id from replay_item i
        where i.replay_id = :replay and i.key_id is not null and i.next_attempt_at <= now()
          and (i.claim_until is null or i.claim_until < now()) and not %s
        order by i.event_id limit :limit)
      order by k.hash for update
      """
          .formatted(Lane.TAKEN_FOR_REPLAY);

  // One drainer at a time: a frozen one that wakes up has a lower number. What the rate allowed and
  // nobody used may not be made up for later, except for 50 ms of it. After a hold, one attempt
  // finds out whether anything can be sent by now.
  private static final String LOCK =
      """
      with p as (
        select p.* from replay p where p.id = :replay and p.drain = :drain and p.state = 'running' for update
      ), allowed as (
        select p.*, case when p.hold_until > now() then 0 when p.hold_until is not null then greatest(1 - :onTheWire, 0)
                         else :limit end as most,
               greatest(p.paced_until, clock_timestamp() - interval '50 ms') as paced
        from p
      )
      select a.scanned, %s as crowded,
             case when a.rate is null then a.most
                  else least(a.most, greatest(0, floor(extract(epoch from clock_timestamp() - a.paced) * a.rate)::int + 1)) end as places,
             greatest(0, ceil(extract(epoch from a.paced - clock_timestamp()) * 1000)) as pause
      from allowed a join p on true
      """
          .formatted(CROWDED);

  // Index: replay_item_due. As of deliveries: with a rate limit no more than get a permit soon, and
  // not now(), which may be before a move of the breaker that Guard has waited for.
  private static final String CLAIM =
      """
      with due as (
        select i.replay_id, i.event_id, i.webhook_uid from replay_item i join webhook w on w.uid = i.webhook_uid
        left join webhook_state s on s.webhook_uid = w.uid
        where i.replay_id = :replay and i.next_attempt_at <= now() and (i.claim_until is null or i.claim_until < now())
          and (i.attempts > 0 or not :crowded) and %s
          and (not w.ordered or i.key_id is null or :scanned and i.key_id = any(:locked) and not %s)
        order by i.event_id
        limit (select least(:limit, coalesce(ceil(:horizon * r.rate_count / r.rate_per_ms) + 1, :limit)) from webhook r
               where r.uid = :webhook)
        for update of i skip locked
      ), claimed as (
        update replay_item i
        set claim_owner = :owner, claim_number = i.claim_number + 1,
            claim_until = clock_timestamp() + (w.timeout_ms + :slack) * interval '1 ms'
        from due join replay p on p.id = due.replay_id join webhook w on w.uid = p.webhook_uid
        where i.replay_id = due.replay_id and i.event_id = due.event_id and due.webhook_uid + 0 %s
        returning i.*, p.tenant, w.name as webhook, w.ordered and i.key_id is not null as laned, w.version as lane_version,
                  w.max_concurrency, w.rate_count is not null as rate_limited
      )
      select c.*, e.id is not null as kept, e.partition_key, e.body
      from claimed c left join lateral (select * from event where id = c.event_id limit 1) e on true
      order by c.event_id
      """
          .formatted(Usable.REPLAY, Lane.TAKEN_FOR_REPLAY, Sql.FEW);

  private static final String LOOKED =
      """
      update replay set next_look = now(),
        paced_until = case when rate is null then paced_until
                           else greatest(paced_until, clock_timestamp() - interval '50 ms') + :claimed / rate * interval '1 s' end
      where id = :replay and (:claimed > 0 or next_look < now() - interval '1 s')
      """;

  private static final String GONE =
      """
      update replay_item set failed = true, next_attempt_at = null, claim_owner = null, claim_until = null
      where replay_id = :replay and event_id = any(:events)
      """;

  private static final String COUNT_GONE =
      "update replay set failed = failed + :count where id = :replay";

  private final Jdbi jdbi;

  ReplayClaims(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /**
   * What a drain does next.
   *
   * @param places how many attempts it may have on the wire; 0 when it has to stop
   * @param scanned whether the window has been looked through
   * @param pause when the rate lets it go on
   */
  public record Step(List<Claim> claims, int places, boolean scanned, Duration pause) {
    public static final Step STOP = new Step(List.of(), 0, true, Duration.ZERO);
  }

  /**
   * Claims what is due of a replay: of an ordered webhook, heads of lanes only, and no more than
   * its breaker lets through.
   *
   * @param drain its number; one that is not the latest gets nothing
   * @param onTheWire how many attempts this drain has under way
   */
  public Step claim(UUID replay, long drain, UUID owner, int onTheWire) {
    return jdbi.inTransaction(handle -> {
      Optional<Facts> facts =
          handle.createQuery(FACTS).bind("replay", replay).map((rs, ctx) -> Facts.of(rs)).findOne();
      if (facts.isEmpty() || !facts.get().usable) {
        return Step.STOP;
      }
      int free = Math.max(0, facts.get().places - onTheWire);
      Long[] locked = facts.get().ordered ? lockLanes(handle, replay, free) : new Long[0];
      Guard guard = Guard.of(handle, facts.get().webhook);
      free = guard.atMost(free);
      Optional<Allowed> allowed =
          handle
              .createQuery(LOCK)
              .bind("replay", replay)
              .bind("drain", drain)
              .bind("limit", free)
              .bind("onTheWire", onTheWire)
              .map((rs, ctx) -> Allowed.of(rs))
              .findOne();
      if (allowed.isEmpty()) {
        return Step.STOP;
      }
      List<Claim> claims = claim(handle, replay, owner, locked, allowed.get(), guard);
      guard.gave(handle, claims.size());
      return new Step(claims, facts.get().places, allowed.get().scanned, allowed.get().pause);
    });
  }

  private static Long[] lockLanes(Handle handle, UUID replay, int limit) {
    return handle
        .createQuery(LOCK_LANES)
        .bind("replay", replay)
        .bind("limit", limit)
        .mapTo(Long.class)
        .list()
        .toArray(Long[]::new);
  }

  private static List<Claim> claim(
      Handle handle, UUID replay, UUID owner, Long[] locked, Allowed allowed, Guard guard) {
    List<UUID> gone = new ArrayList<>();
    List<Claim> claims =
        allowed.places == 0
            ? List.of()
            : handle
                .createQuery(CLAIM)
                .bind("replay", replay)
                .bind("webhook", guard.webhook())
                .bind("owner", owner)
                .bind("locked", locked)
                .bind("scanned", allowed.scanned)
                .bind("crowded", allowed.crowded)
                .bind("limit", allowed.places)
                .bind("horizon", PermitStore.HORIZON.toMillis())
                .bind("slack", Lease.SLACK.toMillis())
                .map((rs, ctx) -> claim(rs, replay, guard.guards(), gone))
                .stream()
                .flatMap(Optional::stream)
                .toList();
    handle.createUpdate(LOOKED).bind("replay", replay).bind("claimed", claims.size()).execute();
    if (!gone.isEmpty()) {
      giveUp(handle, replay, gone);
    }
    return claims;
  }

  // An event that was taken away by hand: what can never be sent must hold up nothing.
  private static void giveUp(Handle handle, UUID replay, List<UUID> gone) {
    handle
        .createUpdate(GONE)
        .bind("replay", replay)
        .bind("events", gone.toArray(UUID[]::new))
        .execute();
    handle.createUpdate(COUNT_GONE).bind("replay", replay).bind("count", gone.size()).execute();
    handle.createUpdate(ReplayBells.FREE_HEADS).bind("replay", replay).execute();
  }

  private static Optional<Claim> claim(ResultSet rs, UUID replay, boolean guarded, List<UUID> gone)
      throws SQLException {
    if (!rs.getBoolean("kept")) {
      gone.add(uuid(rs, "event_id"));
      return Optional.empty();
    }
    return Optional.of(
        new Claim(
            new EventContent(
                uuid(rs, "event_id"), rs.getString("partition_key"), rs.getString("body")),
            rs.getString("tenant"),
            rs.getLong("webhook_uid"),
            rs.getString("webhook"),
            Sql.longOrNull(rs, "key_id"),
            Sql.longOrNull(rs, "position"),
            rs.getInt("claim_number"),
            rs.getInt("attempts"),
            rs.getBoolean("laned"),
            rs.getInt("max_concurrency"),
            rs.getLong("lane_version"),
            new Claim.Limits(rs.getBoolean("rate_limited"), guarded),
            replay));
  }

  /**
   * Gives claims back unused. Deliveries that came meanwhile, and wait behind them, become due:
   * their webhooks have to be rung.
   */
  static void release(Handle handle, Collection<ClaimKey> unused, UUID owner) {
    String claims = Sql.rows(unused);
    Long[] keys = lockLanes(handle, unused);
    handle.createUpdate(RELEASE).bind("claims", claims).bind("owner", owner).execute();
    if (keys.length > 0) {
      handle.createUpdate(LANES_GO_ON).bind("claims", claims).bind("keys", keys).execute();
    }
  }

  /** Locks the lanes of these claims, and returns them. */
  static Long[] lockLanes(Handle handle, Collection<ClaimKey> claims) {
    Long[] keys =
        handle
            .createQuery(KEYS)
            .bind("claims", Sql.rows(claims))
            .mapTo(Long.class)
            .list()
            .toArray(Long[]::new);
    handle.createQuery(Lane.LOCK).bind("keys", keys).mapTo(Long.class).list();
    return keys;
  }

  private record Facts(long webhook, boolean usable, boolean ordered, int places) {
    static Facts of(ResultSet rs) throws SQLException {
      return new Facts(
          rs.getLong("webhook_uid"),
          rs.getBoolean("usable"),
          rs.getBoolean("ordered"),
          rs.getInt("places"));
    }
  }

  private record Allowed(boolean scanned, boolean crowded, int places, Duration pause) {
    static Allowed of(ResultSet rs) throws SQLException {
      return new Allowed(
          rs.getBoolean("scanned"),
          rs.getBoolean("crowded"),
          rs.getInt("places"),
          Duration.ofMillis(rs.getLong("pause")));
    }
  }
}
