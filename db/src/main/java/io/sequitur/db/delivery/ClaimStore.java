package io.sequitur.db.delivery;

import static io.sequitur.db.Sql.longOrNull;
import static io.sequitur.db.Sql.time;
import static io.sequitur.db.Sql.uuid;

import io.sequitur.db.Sql;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Claims on deliveries: taken, checked right before a send, given back. */
@Singleton
public final class ClaimStore {
  // Lane locks, for heads that are due; the statement after it sees what their last holders did.
  // Due rows behind a head do not count: they would fill the limit, and no other lane would get its
  // turn until that head is gone. A webhook that is not ordered has no lanes, and its whole backlog
  // is not read to find that none of it has a key; if it is ordered by the time of the claim, that
  // takes rows without a key only.
  private static final String LOCK_DUE_LANES =
      """
      select k.id from key_counter k where k.id in (
        select d.key_id from delivery_open d
        where d.webhook_uid = :webhook and d.key_id is not null and d.next_attempt_at <= now()
          and (d.claim_until is null or d.claim_until < now()) and %s
          and (select r.ordered from webhook r where r.uid = :webhook)
        order by d.next_attempt_at limit :limit)
      order by k.hash for update
      """
          .formatted(Lane.FREE);

  // Index: delivery_open_due, delivery_open_lane. `ordered` is the webhook's current one, so
  // switching it keeps its promise. With a rate limit no more are claimed than get a permit soon.
  // Not now(), which may be before a move of the breaker that Guard has waited for.
  private static final String CLAIM_DUE =
      """
      with due as (
        select d.event_id, d.webhook_uid from delivery_open d join webhook w on w.uid = d.webhook_uid
        left join webhook_state s on s.webhook_uid = w.uid
        where d.webhook_uid = :webhook and d.next_attempt_at <= now() and (d.claim_until is null or d.claim_until < now())
          and %s
          and (not w.ordered or d.key_id is null or d.key_id = any(:locked) and %s)
        order by d.next_attempt_at, d.position
        limit (select least(:limit, coalesce(ceil(:horizon * r.rate_count / r.rate_per_ms) + 1, :limit)) from webhook r
               where r.uid = :webhook)
        for update of d skip locked
      ), claimed as (
        update delivery_open d
        set claim_owner = :owner, claim_number = d.claim_number + 1,
            claim_until = clock_timestamp() + (w.timeout_ms + :slack) * interval '1 ms'
        from due join webhook w on w.uid = due.webhook_uid left join webhook_state s on s.webhook_uid = w.uid
        where d.event_id = due.event_id and d.webhook_uid = due.webhook_uid and due.webhook_uid + 0 %s
        returning d.*, w.ordered and d.key_id is not null as laned, w.version as lane_version,
                  w.max_concurrency, w.rate_count is not null as rate_limited, coalesce(s.breaker, 'closed') <> 'closed' as guarded
      )
      select c.*, e.partition_key, e.body from claimed c %s order by c.next_attempt_at, c.position
      """
          .formatted(Usable.LIVE, Lane.FREE, Sql.FEW, Sql.joinEvent("c.event_id"));

  private static final String RELEASE =
      """
      update delivery_open d set claim_owner = null, claim_until = null, claim_number = d.claim_number - 1
      from json_to_recordset(cast(:claims as json)) as c(event_id uuid, webhook_uid bigint, number int)
      where d.event_id = c.event_id and d.webhook_uid = c.webhook_uid and d.claim_owner = :owner and d.claim_number = c.number
        and c.webhook_uid %s
      """
          .formatted(Sql.FEW);

  private static final String RELEASE_ALL =
      "update %s set claim_owner = null, claim_until = null where claim_until is not null";

  private static final String USABLE =
      """
      select w.uid from webhook w left join webhook_state s on s.webhook_uid = w.uid
      where w.uid = any(:webhooks) and %s
      """
          .formatted(Usable.REPLAY);

  private final Jdbi jdbi;

  ClaimStore(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** What the strict check says of each claim. */
  public List<Checked> check(Collection<ClaimKey> claims, UUID owner) {
    List<ClaimKey> own = own(claims);
    List<ClaimKey> replayed = replayed(claims);
    return jdbi.withHandle(handle -> {
      List<Checked> checked = new ArrayList<>();
      if (!own.isEmpty()) {
        checked.addAll(check(handle, StrictCheck.OF_DELIVERIES, own, owner));
      }
      if (!replayed.isEmpty()) {
        checked.addAll(check(handle, StrictCheck.OF_REPLAYS, replayed, owner));
      }
      return checked;
    });
  }

  private static List<Checked> check(Handle handle, String sql, List<ClaimKey> claims, UUID owner) {
    return handle
        .createQuery(sql)
        .bind("claims", Sql.rows(claims))
        .bind("owner", owner)
        .bind("margin", Lease.MARGIN.toMillis())
        .bind("slack", Lease.SLACK.toMillis())
        .map((rs, ctx) -> checked(rs))
        .list();
  }

  /**
   * Claims deliveries of this webhook that are due: of an ordered one, heads of lanes only, and no
   * more than its breaker lets through.
   */
  public List<Claim> claimDue(long webhook, UUID owner, int limit) {
    return jdbi.inTransaction(handle -> {
      Long[] locked =
          handle
              .createQuery(LOCK_DUE_LANES)
              .bind("webhook", webhook)
              .bind("limit", limit)
              .mapTo(Long.class)
              .list()
              .toArray(Long[]::new);
      Guard guard = Guard.of(handle, webhook);
      List<Claim> claims =
          handle
              .createQuery(CLAIM_DUE)
              .bind("webhook", webhook)
              .bind("locked", locked)
              .bind("owner", owner)
              .bind("slack", Lease.SLACK.toMillis())
              .bind("horizon", PermitStore.HORIZON.toMillis())
              .bind("limit", guard.atMost(limit))
              .map((rs, ctx) -> claim(rs))
              .list();
      guard.gave(handle, claims.size());
      return claims;
    });
  }

  /** Gives claims back unused; their numbers, never shown to anyone, are free again. */
  public void release(Collection<ClaimKey> unused, UUID owner) {
    if (!own(unused).isEmpty()) {
      jdbi.useHandle(handle -> release(handle, own(unused), owner));
    }
    if (!replayed(unused).isEmpty()) {
      jdbi.useTransaction(handle -> ReplayClaims.release(handle, replayed(unused), owner));
    }
  }

  /**
   * The same for claims that a breaker let through: it may let others through instead. Returns the
   * replays among those, which have to be rung; webhooks are rung for every claim that is given
   * back.
   */
  public List<UUID> releaseGuarded(Collection<ClaimKey> unused, UUID owner) {
    return jdbi.inTransaction(handle -> {
      // Lanes are locked before webhook_state.
      ReplayClaims.lockLanes(handle, replayed(unused));
      List<Long> webhooks = Guard.returned(handle, unused, owner);
      release(handle, own(unused), owner);
      ReplayClaims.release(handle, replayed(unused), owner);
      return ReplayBells.lowerThoseOf(handle, webhooks);
    });
  }

  private static void release(Handle handle, List<ClaimKey> own, UUID owner) {
    handle.createUpdate(RELEASE).bind("claims", Sql.rows(own)).bind("owner", owner).execute();
  }

  private static List<ClaimKey> own(Collection<ClaimKey> claims) {
    return claims.stream().filter(claim -> claim.replay() == null).toList();
  }

  private static List<ClaimKey> replayed(Collection<ClaimKey> claims) {
    return claims.stream().filter(claim -> claim.replay() != null).toList();
  }

  /**
   * Those of the webhooks that may be called now, which they could not when their claims were given
   * up. Asked after that was committed, it misses nobody: who switches one on later finds its
   * deliveries free, and rings.
   */
  public List<Long> usable(Collection<Long> webhooks) {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(USABLE)
            .bind("webhooks", webhooks.toArray(Long[]::new))
            .mapTo(Long.class)
            .list());
  }

  /** Ends every claim: for the one process of `dev`, whose predecessor is known to be dead. */
  public int releaseAll() {
    return jdbi.withHandle(handle -> {
      // Nobody looks at a replay any more, either: the sweep need not wait until that shows.
      handle.execute("update replay set next_look = null where state = 'running'");
      return handle.execute(RELEASE_ALL.formatted("delivery_open"))
          + handle.execute(RELEASE_ALL.formatted("replay_item"));
    });
  }

  static Claim claim(ResultSet rs) throws SQLException {
    return new Claim(
        new EventContent(uuid(rs, "event_id"), rs.getString("partition_key"), rs.getString("body")),
        rs.getString("tenant"),
        rs.getLong("webhook_uid"),
        rs.getString("webhook"),
        longOrNull(rs, "key_id"),
        longOrNull(rs, "position"),
        rs.getInt("claim_number"),
        rs.getInt("attempts") + rs.getInt("schedule_offset"),
        rs.getBoolean("laned"),
        rs.getInt("max_concurrency"),
        rs.getLong("lane_version"),
        new Claim.Limits(rs.getBoolean("rate_limited"), rs.getBoolean("guarded")),
        null);
  }

  private static Checked checked(ResultSet rs) throws SQLException {
    return new Checked(
        new ClaimKey(
            uuid(rs, "event_id"),
            rs.getLong("webhook_uid"),
            rs.getInt("number"),
            rs.getLong("lane_version"),
            rs.getObject("replay", UUID.class)),
        Checked.Verdict.valueOf(rs.getString("verdict")),
        rs.getString("version"),
        time(rs, "at"),
        rs.getBoolean("laned"));
  }
}
