package io.sequitur.db.delivery;

import io.sequitur.db.Sql;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Records results of attempts, many at once, each with what follows from it. */
@Singleton
public final class ResultStore {
  // Every attempt is logged; a delivery changes only while the claim is still mine. A finished
  // delivery moves to its day's partition.
  // What waits for another configuration uses up no retries (FailureClass.waitsForConfiguration).
  // What an operator has ended meanwhile is closed as he said, unless it was delivered. A webhook
  // is disabled if the URL that answered 410 is its current one. What a replay's attempt means for
  // the webhook is the same; what becomes of its item is written by ReplayResults.
  // The bell: next_look is lowered to the earliest due time, and whoever lowered it has to ring.
  // Waiting for this row's lock, then
  // seeing the newest next_look, is what makes it impossible that a drain ends and a row is added
  // without either noticing the other.
  // Rows of webhook_state are written in uid order, so recorders never deadlock. Index:
  // delivery_open_pkey.
  private static final String RECORD_AND =
      """
      with r as (
        select * from json_to_recordset(cast(:rows as json)) as r(
          event_id uuid, webhook_uid bigint, number int, at timestamptz, status smallint, class_ text, duration_ms int,
          config_version text, request_headers text, response_body text, hint text,
          next text, next_attempt_at timestamptz, slow boolean, gone text, waits_for text, not_before timestamptz, replay uuid)
        where webhook_uid %s
      ), logged as (
        insert into attempt (event_id, webhook_uid, number, at, status, class, duration_ms, config_version, request_headers,
                             response_body, hint)
        select event_id, webhook_uid, number, at, status, class_, duration_ms, config_version, request_headers, response_body, hint
        from r where config_version <> '' and replay is null
        on conflict do nothing
      ), closed as (
        delete from delivery_open d using r
        where d.event_id = r.event_id and d.webhook_uid = r.webhook_uid and d.claim_owner = :owner and d.claim_number = r.number
          and r.replay is null and (r.next in ('delivered', 'exhausted', 'cancelled') or d.ending is not null)
        returning d.event_id, d.webhook_uid, d.webhook, d.tenant,
                  case when r.next = 'delivered' then r.next else coalesce(d.ending, r.next) end as next, d.key_id, d.position,
                  d.attempts + (r.config_version <> '')::int as attempts, d.claim_number, r.class_, d.created_at
      ), finished as (
        insert into delivery_done (event_id, webhook_uid, webhook, tenant, state, key_id, position, attempts, claim_number, class,
                                   created_at)
        select * from closed
      ), kept as (
        update delivery_open d
        set state = r.next, attempts = d.attempts + (r.class_ not in ('CONFIG', 'BLOCKED'))::int, next_attempt_at = r.next_attempt_at, class = r.class_,
            waits_for = r.waits_for, not_before = r.not_before, claim_owner = null, claim_until = null, updated_at = clock_timestamp()
        from r
        where d.event_id = r.event_id and d.webhook_uid = r.webhook_uid and d.claim_owner = :owner and d.claim_number = r.number
          and r.replay is null and r.next in ('retrying', 'blocked') and d.ending is null
        returning d.event_id, d.webhook_uid, d.webhook, d.tenant, d.state, d.claim_number, d.next_attempt_at
      ), seen as (
        select webhook_uid, count(*) filter (where class_ is not null) as failed, bool_or(class_ is null) as worked,
               bool_or(class_ is not null and class_ not in ('CONFIG', 'BLOCKED')) as refused,
               bool_or(slow) as slow,
               coalesce(bool_or(case when gone is not null then gone = (select w.url from webhook w where w.uid = r.webhook_uid) end), false) as gone
        from r where config_version <> '' group by webhook_uid
      ), due as (
        select webhook_uid, min(next_attempt_at) as at from kept group by webhook_uid
      ), told as (
        insert into webhook_state as s (webhook_uid, failures, slow_until, next_look, rung_at, status, reason, since, disabled_by,
                                        failing_since)
        select n.webhook_uid, n.failed, case when n.slow then now() + interval '30 s' end, due.at, statement_timestamp(),
               case when n.gone then 'disabled' else 'ok' end, case when n.gone then :gone end, case when n.gone then now() end,
               case when n.gone then 'gone' end, case when n.refused and not n.worked then now() end
        from seen n left join due using (webhook_uid)
        where n.failed > 0 or n.slow
           or exists (select from webhook_state s where s.webhook_uid = n.webhook_uid
                                                    and (s.failures > 0 or s.slow_until is not null or s.breaker <> 'closed'))
        order by n.webhook_uid
        on conflict (webhook_uid) do update set
          failures = case when (select worked from seen where seen.webhook_uid = s.webhook_uid) then 0
                          else least(s.failures + excluded.failures, 1000000) end,
          slow_until = coalesce(excluded.slow_until, case when s.slow_until > now() then s.slow_until end),
          failing_since = case when not (select worked from seen where seen.webhook_uid = s.webhook_uid)
                               then coalesce(s.failing_since, excluded.failing_since) end,
          next_look = least(s.next_look, case when excluded.next_look is not null then greatest(excluded.next_look, s.paused_until) end),
          rung_at = case when case when excluded.next_look is not null then greatest(excluded.next_look, s.paused_until) end < s.next_look or s.next_look is null and excluded.next_look is not null
                         then statement_timestamp() else s.rung_at end,
          status = case when excluded.status = 'disabled' then 'disabled' else s.status end,
          reason = coalesce(excluded.reason, s.reason),
          since = case when excluded.status = 'disabled' then coalesce(s.since, excluded.since) else s.since end,
          disabled_by = coalesce(excluded.disabled_by, s.disabled_by)
        returning s.*, s.rung_at = statement_timestamp() and s.next_look is not null as ring,
                  s.status = 'disabled' and s.since = now() as disabled
      )%s
      """;

  private static final String RECORD =
      RECORD_AND.formatted(
          Sql.FEW,
          "select t.*, w.max_concurrency, now() as at from told t left join webhook w on w.uid = t.webhook_uid");

  // The same where a delivery may end badly or a webhook be disabled, which is rare: that is an
  // event, too.
  private static final String RECORD_ENDINGS =
      RECORD_AND.formatted(Sql.FEW, EndingEvents.SAID_AND_RUNG);

  // The same for attempts that all worked, which is most of them, at half the cost. It answers with
  // the webhooks that have failures
  // or slowness to forget.
  private static final String RECORD_DELIVERED =
      """
      with r as (
        select * from json_to_recordset(cast(:rows as json)) as r(
          event_id uuid, webhook_uid bigint, number int, at timestamptz, status smallint, duration_ms int,
          config_version text, request_headers text, response_body text, replay uuid)
        where webhook_uid %s
      ), logged as (
        insert into attempt (event_id, webhook_uid, number, at, status, duration_ms, config_version, request_headers, response_body)
        select event_id, webhook_uid, number, at, status, duration_ms, config_version, request_headers, response_body from r
        where replay is null
        on conflict do nothing
      ), closed as (
        delete from delivery_open d using r
        where d.event_id = r.event_id and d.webhook_uid = r.webhook_uid and d.claim_owner = :owner and d.claim_number = r.number
          and r.replay is null
        returning d.event_id, d.webhook_uid, d.webhook, d.tenant, 'delivered', d.key_id, d.position, d.attempts + 1, d.claim_number,
                  d.created_at
      ), finished as (
        insert into delivery_done (event_id, webhook_uid, webhook, tenant, state, key_id, position, attempts, claim_number, created_at)
        select * from closed
      )
      select s.webhook_uid from webhook_state s
      where s.webhook_uid in (select webhook_uid from r) and (s.failures > 0 or s.slow_until is not null)
      """
          .formatted(Sql.FEW);

  private static final String RECOVERED =
      """
      update webhook_state s set failures = 0, failing_since = null,
        breaker_failed = case when s.breaker = 'closed' then 0 else s.breaker_failed end,
        slow_until = case when s.slow_until > now() then s.slow_until end
      from (select webhook_uid from webhook_state where webhook_uid = any(:webhooks) order by webhook_uid for update) l
      where s.webhook_uid = l.webhook_uid
      """;

  // The new head of each lane that went on, if nobody has a claim in the lane. Either it was not
  // due (waiting) and now it is, or it is due: we have it. Or it is due later (it was attempted
  // while
  // the webhook was not ordered, or before an operator put another one before it): then its time is
  // what comes back. So it does if the webhook's breaker or rate limit lets nothing through: then
  // its workflow decides when its turn comes. Its state is looked at again on the newest row: when
  // `ordered` was switched
  // off, a drain may have claimed it without the lane's lock. Heads are materialized, so that the
  // planner does not take the index of all that wait for the shortest way to one row. A lane that
  // has none goes on with what replays have for it.
  // Index: delivery_open_lane, delivery_open_pkey.
  private static final String NEXT_HEADS =
      """
      with r as (
        select * from json_to_recordset(cast(:rows as json)) as r(event_id uuid, webhook_uid bigint, key_id bigint)
        where key_id is not null and webhook_uid %s
      ), lane as (
        select distinct webhook_uid, key_id from r
      ), head as materialized (
        select h.*, g.go from lane cross join lateral (
          select o.event_id, o.webhook_uid, o.key_id, o.state, o.next_attempt_at from delivery_open o
          where o.webhook_uid = lane.webhook_uid and o.key_id = lane.key_id order by o.position limit 1) h
        cross join lateral (
          select not exists (select from webhook_state s where s.webhook_uid = lane.webhook_uid
                             and (s.breaker <> 'closed' or s.paused_until > now())) as go) g
        where (h.state = 'waiting' or h.next_attempt_at is not null)
          and not exists (select from r where r.event_id = h.event_id and r.webhook_uid = h.webhook_uid)
          and not exists (
            select from delivery_open o
            where o.webhook_uid = lane.webhook_uid and o.key_id = lane.key_id and o.claim_until >= now())
          and not %s
      ), claimed as (
        update delivery_open d
        set state = case when d.attempts > 0 then 'retrying' else 'pending' end, next_attempt_at = now(),
            claim_owner = case when head.go then cast(:owner as uuid) end, claim_number = d.claim_number + head.go::int,
            claim_until = case when head.go then now() + (w.timeout_ms + :slack) * interval '1 ms' end
        from head join webhook w on w.uid = head.webhook_uid
        where d.event_id = head.event_id and d.webhook_uid = head.webhook_uid and d.state = head.state
          and (head.state = 'waiting' or head.next_attempt_at <= now()) and coalesce(d.claim_until, '-infinity') < now()
        returning d.*, w.ordered as laned, w.version as lane_version, w.max_concurrency, w.rate_count is not null as rate_limited,
                  false as guarded
      )
      select head.webhook_uid as head_of, head.next_attempt_at as head_due, c.*, e.partition_key, e.body,
             case when c.event_id is null then array(%s) end as replays
      from lane
      left join head on head.webhook_uid = lane.webhook_uid and head.key_id = lane.key_id
      left join claimed c on c.event_id = head.event_id and c.webhook_uid = head.webhook_uid
      left join lateral (select partition_key, body from event where id = c.event_id limit 1) e on true
      """
          .formatted(Sql.FEW, Lane.replaying("lane"), ReplayBells.WAITING_IN_LANE);

  private static final String GONE =
      "the receiver answered 410 Gone: it does not want these events any more";

  private final Jdbi jdbi;
  private final HealthRule rule;

  ResultStore(Jdbi jdbi, HealthRule rule) {
    this.jdbi = jdbi;
    this.rule = rule;
  }

  /**
   * Records results of claims of this owner. Those of ordered lanes also claim the lane's next head
   * in the same transaction.
   */
  public Recorded record(List<AttemptRow> rows, UUID owner) {
    List<AttemptRow> free = rows.stream().filter(ResultStore::alone).toList();
    List<AttemptRow> laned = rows.stream().filter(row -> !alone(row)).toList();
    Recorded recorded = new Recorded(new HashSet<>(), new ArrayList<>(), new HashSet<>());
    if (!free.isEmpty()) {
      if (free.stream().allMatch(AttemptRow::worked)) {
        jdbi.useHandle(handle -> recordDelivered(handle, free, owner));
      } else {
        jdbi.useTransaction(handle -> record(handle, free, owner, recorded));
      }
    }
    if (!laned.isEmpty()) {
      jdbi.useTransaction(handle -> recordLaned(handle, laned, owner, recorded));
    }
    return recorded;
  }

  /** Whether one statement is all there is to write. */
  private static boolean alone(AttemptRow row) {
    return row.keyId() == null && row.replay() == null;
  }

  private void recordLaned(Handle handle, List<AttemptRow> rows, UUID owner, Recorded recorded) {
    Long[] keys =
        rows.stream()
            .map(AttemptRow::keyId)
            .filter(Objects::nonNull)
            .distinct()
            .toArray(Long[]::new);
    handle.createQuery(Lane.LOCK).bind("keys", keys).mapTo(Long.class).list();
    record(handle, rows, owner, recorded);
    ReplayResults.record(handle, rows, owner);
    List<Head> heads =
        handle
            .createQuery(NEXT_HEADS)
            .bind("rows", Sql.rows(rows.stream().map(Ended::of).toList()))
            .bind("owner", owner)
            .bind("slack", Lease.SLACK.toMillis())
            .map((rs, ctx) -> head(rs))
            .list();
    Set<UUID> waiting = new HashSet<>();
    for (Head head : heads) {
      waiting.addAll(head.replays);
      if (head.claim.isEmpty() && head.webhook != null) {
        BellStore.lower(handle, head.webhook, head.due).ifPresent(recorded.toRing()::add);
      }
      head.claim.ifPresent(recorded.heads()::add);
    }
    recorded.replaysToRing().addAll(ReplayBells.lower(handle, waiting));
  }

  /** A lane that goes on; not with the delivery that has just been attempted. */
  private record Ended(@Nullable UUID eventId, long webhookUid, @Nullable Long keyId) {
    static Ended of(AttemptRow row) {
      return new Ended(row.replay() == null ? row.eventId() : null, row.webhookUid(), row.keyId());
    }
  }

  /**
   * A lane that went on: its head, claimed or due later, or none; and which replays have something
   * to send in it.
   */
  private record Head(
      @Nullable Long webhook, @Nullable Instant due, Optional<Claim> claim, List<UUID> replays) {}

  private static Head head(ResultSet rs) throws SQLException {
    return new Head(
        Sql.longOrNull(rs, "head_of"),
        Sql.instant(rs, "head_due"),
        rs.getObject("claim_owner") == null ? Optional.empty() : Optional.of(ClaimStore.claim(rs)),
        Sql.uuids(rs, "replays"));
  }

  private void record(Handle handle, List<AttemptRow> rows, UUID owner, Recorded recorded) {
    if (rows.stream().allMatch(AttemptRow::worked)) {
      recordDelivered(handle, rows, owner);
      return;
    }
    List<Long> freer = new ArrayList<>(returned(handle, rows, owner));
    boolean ending = rows.stream().anyMatch(AttemptRow::mayEndBadly);
    List<Told> told =
        handle
            .createQuery(ending ? RECORD_ENDINGS : RECORD)
            .bind("rows", Sql.rows(rows))
            .bind("owner", owner)
            .bind("gone", GONE)
            .map((rs, ctx) ->
                Optional.ofNullable(rs.getObject("webhook_uid") == null ? null : Told.of(rs)))
            .stream()
            .flatMap(Optional::stream)
            .toList();
    freer.addAll(HealthStore.move(handle, told.stream().map(Told::health).toList(), rows, rule));
    told.stream()
        .filter(Told::ring)
        .map(t -> t.health.webhookUid())
        .forEach(recorded.toRing()::add);
    recorded.toRing().addAll(BellStore.lowerThoseOpen(handle, freer));
    recorded.replaysToRing().addAll(ReplayBells.lowerThoseOf(handle, freer));
  }

  // What a breaker let through and an operator ended, before it was sent, lets another through.
  private static List<Long> returned(Handle handle, List<AttemptRow> rows, UUID owner) {
    List<ClaimKey> unused =
        rows.stream()
            .filter(row -> row.guarded() && !row.attempted())
            .map(
                row -> new ClaimKey(row.eventId(), row.webhookUid(), row.number(), 0, row.replay()))
            .toList();
    return unused.isEmpty() ? List.of() : Guard.returned(handle, unused, owner);
  }

  /** What a webhook's state is after results, but for its breaker; whether to ring it. */
  private record Told(Health health, boolean ring) {
    static Told of(ResultSet rs) throws SQLException {
      return new Told(HealthStore.health(rs), rs.getBoolean("ring"));
    }
  }

  private static void recordDelivered(Handle handle, List<AttemptRow> rows, UUID owner) {
    Long[] recovered =
        handle
            .createQuery(RECORD_DELIVERED)
            .bind("rows", Sql.rows(rows))
            .bind("owner", owner)
            .mapTo(Long.class)
            .list()
            .toArray(Long[]::new);
    if (recovered.length > 0) {
      handle.createUpdate(RECOVERED).bind("webhooks", recovered).execute();
    }
  }
}
