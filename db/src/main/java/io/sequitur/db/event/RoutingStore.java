package io.sequitur.db.event;

import static io.sequitur.db.Sql.longOrNull;
import static io.sequitur.db.Sql.time;
import static io.sequitur.db.Sql.uuid;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.sequitur.db.Ids;
import io.sequitur.db.Sql;
import io.sequitur.db.cache.InvalidationStore;
import io.sequitur.db.cache.Stale;
import io.sequitur.db.catalogue.RuleReader;
import io.sequitur.db.delivery.Checked;
import io.sequitur.db.delivery.Claim;
import io.sequitur.db.delivery.ClaimKey;
import io.sequitur.db.delivery.EventContent;
import io.sequitur.db.delivery.Lane;
import io.sequitur.db.delivery.Lease;
import io.sequitur.db.delivery.Usable;
import io.sequitur.db.webhook.WebhookReader;
import jakarta.inject.Singleton;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/**
 * Routing: the one transaction that turns events into work. It deletes their outbox rows and
 * inserts their run, routing and delivery rows, so whoever comes second finds nothing and does
 * nothing. Here each key's events get their numbers, and deliveries that can be attempted at once
 * are inserted already claimed.
 */
@Singleton
public final class RoutingStore {
  // A statement of its own: the snapshot of a statement is older than a lock that it waits for.
  // Ascending, so routers never deadlock.
  private static final String LOCK_PARTITIONS =
      """
      select p, newest, case when p is not null then pg_advisory_xact_lock(hashtext('sequitur'), p)::text end
      from (select partition::int as p, max(seq) as newest from (%s) o group by partition order by p) x
      """;

  // Rows are locked by the inner statement, so their places hold. Index: outbox_by_tenant,
  // outbox_by_event. An earlier row of a tenant's locked partition is never skipped; only rows
  // without a key may be, as they have no order. The version of the rules comes from the same
  // snapshot as the events, and so
  // does whether it can be believed.
  private static final String TAKE =
      """
      with taken as (
        delete from outbox where ctid = any(array(%s))
        returning seq, event_id, checked, tenant
      ), rules as materialized (
        select t.tenant, %s as version from (select distinct tenant from taken) t
      )
      select %s, t.seq, e.tenant, e.source, e.ce_id, e.type, e.subject, e.time, e.id, e.partition_key, e.body,
             r.version as rules, %s as pending
      from taken t join rules r on r.tenant = t.tenant %s
      order by t.seq
      """
          .formatted(
              "%s",
              RuleReader.VERSION,
              RoutingChecks.TYPE_VERSION,
              InvalidationStore.PENDING,
              Sql.joinEvent("t.event_id"));

  // Tenants take turns: the first event of each, the oldest first, then the second of each, and so
  // on. So no flood of one holds the others back. Each may give twice its share, as not all of them
  // have it. That tenant is a range and stands in the order keeps the planner from reading a flood
  // by outbox_pkey to find one event of somebody else. Index: outbox_by_tenant.
  private static final String IN_TURNS =
      """
      select pending.%s from (
        with recursive heads as (
          (select tenant, seq from outbox order by tenant, seq limit 1)
          union all
          select next.* from heads h cross join lateral (
            select o.tenant, o.seq from outbox o where o.tenant > h.tenant order by o.tenant, o.seq limit 1) next
        ), oldest as materialized (
          select tenant from heads order by seq limit :limit
        )
        select o.*, row_number() over (partition by h.tenant order by o.seq) as turn
        from oldest h cross join lateral (
          select ctid as place, event_id, seq, partition from outbox w
          where w.tenant >= h.tenant and w.tenant <= h.tenant %s
          order by w.tenant, w.seq
          limit (select least(:limit, 2 * :limit / greatest(1, count(*)) + 1) from oldest) %s) o) pending
      order by pending.turn, pending.seq limit :limit\
      """;

  private static final String PENDING = IN_TURNS.formatted("*", "", "");
  private static final String PENDING_IDS = IN_TURNS.formatted("event_id", "", "");

  // Nothing newer than what the locks are for: or the whole outbox might be read for one more event
  // of a locked partition.
  private static final String PENDING_ROWS =
      IN_TURNS.formatted(
          "place",
          "and w.seq <= :newest and (partition is null or partition = any(:locked))",
          "for update skip locked");
  private static final String OF_EVENTS =
      "select partition, seq from outbox where event_id = any(:ids)";
  private static final String OF_EVENTS_ROWS =
      """
      select o.ctid from outbox o
      where o.event_id = any(:ids) and (o.partition is null or o.partition = any(:locked))
         or o.partition = any(:locked)
            and o.seq <= (select max(m.seq) from outbox m where m.event_id = any(:ids) and m.partition = o.partition)
      order by o.seq for update\
      """;

  // Index: webhook_pkey, delivery_open_lane, replay_item_heads. A delivery waits behind an open one
  // of its lane, or an attempt of a replay there, whose webhook is ordered now; one whose webhook
  // is in trouble, or has others waiting for its rate limit, is only added. The same statement is
  // the strict check of what it claims (StrictCheck): nobody else can see these claims yet, so
  // what is left to ask is whether the webhook is usable, and at which version. Its time is
  // statement_timestamp(): now() was before the locks were had.
  private static final String INSERT =
      """
      with route as (
        select * from json_to_recordset(cast(:routes as json)) as r(
          event_id uuid, tenant text, sequence bigint, triggers text[], conditions jsonb)
      ), target as (
        select * from json_to_recordset(cast(:targets as json)) as t(
          event_id uuid, webhook_uid bigint, tenant text, key_id bigint, position bigint, first_of_lane boolean, claim boolean)
        where webhook_uid %s
      ), made_run as (
        insert into run (id, event_ids) select :run, array_agg(event_id) from route
      ), made_routing as (
        insert into routing (event_id, run_id, tenant, sequence, triggers, conditions)
        select event_id, :run, tenant, sequence, triggers, conditions from route
      ), config as materialized (
        select w.uid, w.name, w.active, w.ordered, w.timeout_ms, w.max_concurrency, w.version as lane_version,
               %s as enabled,
               coalesce(s.failures < :trouble and coalesce(s.slow_until < now(), true) and s.breaker = 'closed'
                        and coalesce(s.paused_until <= now(), true)
                        and (w.rate_count is null or coalesce(s.next_look > now() + interval '1 s', true)), true) as quick,
               w.rate_count is not null as rate_limited, %s as version
        from webhook w left join webhook_state s on s.webhook_uid = w.uid
        where w.uid in (select webhook_uid from target)
      ), made as (
        insert into delivery_open as d (event_id, webhook_uid, webhook, tenant, state, key_id, position,
                                        next_attempt_at, claim_owner, claim_number, claim_until)
        select t.event_id, t.webhook_uid, w.name, t.tenant, case when l.behind then 'waiting' else 'pending' end, t.key_id, t.position,
               case when l.behind then null else now() end,
               case when c.now then cast(:owner as uuid) end, case when c.now then 1 else 0 end,
               case when c.now then now() + w.timeout_ms * interval '1 ms' + :slack * interval '1 ms' end
        from target t
        join config w on w.uid = t.webhook_uid
        cross join lateral (
          select w.ordered and t.key_id is not null and (not t.first_of_lane or exists (
            select from delivery_open o where o.webhook_uid = t.webhook_uid and o.key_id = t.key_id) or %s) as behind
        ) l
        cross join lateral (
          select t.claim and not l.behind and w.enabled and w.quick as now
        ) c
        returning d.event_id, d.webhook_uid, d.webhook, d.tenant, d.key_id, d.position, d.claim_number, d.state
      )
      select m.*, w.ordered and m.key_id is not null as laned, w.max_concurrency, w.lane_version, w.rate_limited,
             m.claim_number = 0 and m.state = 'pending' and w.enabled as ring,
             case when w.active and w.enabled and not w.rate_limited then w.version end as version, statement_timestamp() as at
      from made m join config w on w.uid = m.webhook_uid
      """
          .formatted(Sql.FEW, Usable.ENABLED, WebhookReader.VERSION, Lane.replaying("t"));

  private static final String INSERT_ACTIONS =
      """
      insert into action (event_id, trigger, ordinal, tenant, kind, parameters)
      select event_id, trigger, ordinal, tenant, kind, parameters from json_to_recordset(cast(:rows as json)) as a(
        event_id uuid, trigger text, ordinal int, tenant text, kind text, parameters jsonb)
      """;

  private static final String WAITING =
      "select (select seq from outbox order by seq limit 1) is not null as events, %s as stale"
          .formatted(InvalidationStore.PENDING);

  private static final String QUARANTINE =
      """
      with taken as (delete from outbox where event_id = :id returning event_id, tenant)
      insert into quarantine (event_id, tenant, reason) select event_id, tenant, :reason from taken
      """;

  private final Jdbi jdbi;
  private final Clock clock;

  RoutingStore(Jdbi jdbi, Clock clock) {
    this.jdbi = jdbi;
    this.clock = clock;
  }

  /**
   * Routes pending events, of each tenant its oldest, as many of one as of another if they have
   * them; empty when there is none.
   */
  public Optional<Routed> routePending(int limit, UUID owner, RoutePlanner planner) {
    Outcome outcome;
    do {
      outcome = routeSome(limit, owner, planner);
    } while (outcome.onlySetAside);
    return outcome.routed;
  }

  private Outcome routeSome(int limit, UUID owner, RoutePlanner planner) {
    return jdbi.inTransaction(handle -> {
      Locks locks =
          Locks.of(handle.createQuery(LOCK_PARTITIONS.formatted(PENDING)).bind("limit", limit));
      return route(
          handle,
          handle
              .createQuery(TAKE.formatted(PENDING_ROWS))
              .bind("limit", limit)
              .bind("newest", locks.newest),
          locks,
          owner,
          planner);
    });
  }

  /**
   * Routes those of the named events that are not routed yet, and what stands before them in their
   * partitions; empty when nothing was left to do.
   */
  public Optional<Routed> route(Collection<UUID> events, UUID owner, RoutePlanner planner) {
    UUID[] ids = events.toArray(UUID[]::new);
    Outcome outcome =
        jdbi.inTransaction(handle -> {
          Locks locks =
              Locks.of(handle.createQuery(LOCK_PARTITIONS.formatted(OF_EVENTS)).bind("ids", ids));
          return route(
              handle,
              handle.createQuery(TAKE.formatted(OF_EVENTS_ROWS)).bind("ids", ids),
              locks,
              owner,
              planner);
        });
    return outcome.routed;
  }

  /** What the dispatcher's poll finds: whether there are events to route, and anything stale. */
  public record Waiting(boolean events, boolean invalidations) {}

  /** Asks both in one statement. */
  public Waiting waiting() {
    return jdbi.withHandle(handle ->
        handle
            .createQuery(WAITING)
            .map((rs, ctx) -> new Waiting(rs.getBoolean("events"), rs.getBoolean("stale")))
            .one());
  }

  /** What is pending, tenants in turns, without taking it. */
  public List<UUID> pending(int limit) {
    return jdbi.withHandle(
        handle -> handle.createQuery(PENDING_IDS).bind("limit", limit).mapTo(UUID.class).list());
  }

  /** Sets an event aside that cannot be routed, with the reason for its readers. */
  public void quarantine(UUID event, String reason) {
    jdbi.useHandle(handle ->
        handle.createUpdate(QUARANTINE).bind("id", event).bind("reason", reason).execute());
  }

  /** Partitions that are locked, and the newest of the events that they were locked for. */
  private record Locks(List<Integer> partitions, long newest) {
    static Locks of(Query query) {
      record Lock(@Nullable Integer partition, long newest) {}
      List<Lock> locks =
          query
              .map((rs, ctx) -> new Lock(rs.getObject("p", Integer.class), rs.getLong("newest")))
              .list();
      return new Locks(
          locks.stream().map(Lock::partition).filter(Objects::nonNull).toList(),
          locks.stream().mapToLong(Lock::newest).max().orElse(0));
    }
  }

  /** What became of what was taken; it may be that nothing of it is to be routed. */
  private record Outcome(Optional<Routed> routed, boolean onlySetAside) {}

  private Outcome route(Handle handle, Query take, Locks locks, UUID owner, RoutePlanner planner) {
    Map<String, String> versions = new HashMap<>();
    boolean[] pending = {false};
    RoutingChecks checks = new RoutingChecks(handle, planner);
    List<PendingEvent> taken =
        take.bind("locked", locks.partitions.toArray(Integer[]::new))
            .map((rs, ctx) -> {
              versions.put(rs.getString("tenant"), rs.getString("rules"));
              pending[0] = rs.getBoolean("pending");
              return checks.noted(pending(rs), longOrNull(rs, "type_version"));
            })
            .list();
    // Step 2, before anything that follows from these events: if the statement that took them saw
    // nothing pending, the epochs of every change before them are raised already.
    Stale stale = Stale.NOTHING;
    if (pending[0]) {
      stale = InvalidationStore.drain(handle);
      versions.putAll(RuleReader.versions(handle, Set.copyOf(versions.keySet())));
    }
    List<PendingEvent> events = checks.passed(taken);
    if (events.isEmpty()) {
      return new Outcome(Optional.empty(), !taken.isEmpty());
    }
    List<RoutePlan> plans =
        planner.plan(events, versions, tenants -> RuleReader.rules(handle, tenants));
    return new Outcome(
        Optional.of(
            insert(handle, events, Observations.apply(handle, events, plans), owner, stale)),
        false);
  }

  private Routed insert(
      Handle handle,
      List<PendingEvent> events,
      Observations.Outcome observed,
      UUID owner,
      Stale stale) {
    List<RoutePlan> plans = observed.plans();
    UUID run = Ids.next(clock);
    Map<UUID, PendingEvent> byId =
        events.stream().collect(Collectors.toMap(PendingEvent::id, e -> e));
    Positions positions = Positions.of(handle, events);
    List<Made> made =
        handle
            .createQuery(INSERT)
            .bind("run", run)
            .bind("owner", owner)
            .bind("slack", Lease.SLACK.toMillis())
            .bind("trouble", Lease.TROUBLE_AFTER_FAILURES)
            .bind("routes", Sql.rows(positions.routes(plans, byId, observed.observed())))
            .bind("targets", Sql.rows(positions.targets(plans, byId)))
            .map((rs, ctx) -> made(rs, byId))
            .list();
    List<Made> claimed = made.stream().filter(m -> m.claim.number() > 0).toList();
    List<Claim> claims = claimed.stream().map(Made::claim).toList();
    insertActions(handle, plans, byId);
    Set<Long> toRing =
        made.stream().filter(Made::ring).map(m -> m.claim.webhookUid()).collect(Collectors.toSet());
    List<Checked> checks = claimed.stream().map(Made::check).flatMap(Optional::stream).toList();
    return new Routed(run, events, plans, claims, checks, toRing, observed.opened(), stale);
  }

  // A statement of its own: most groups have none, and theirs stays as small as it is.
  private static void insertActions(
      Handle handle, List<RoutePlan> plans, Map<UUID, PendingEvent> byId) {
    record Row(
        UUID eventId,
        String trigger,
        int ordinal,
        String tenant,
        String kind,
        @JsonRawValue String parameters) {}
    List<Row> rows = new ArrayList<>();
    for (RoutePlan plan : plans) {
      for (RoutePlan.Action action : plan.actions()) {
        String tenant = Objects.requireNonNull(byId.get(plan.eventId())).tenant();
        rows.add(
            new Row(
                plan.eventId(),
                action.trigger(),
                action.ordinal(),
                tenant,
                action.kind(),
                action.parameters()));
      }
    }
    if (!rows.isEmpty()) {
      handle.createUpdate(INSERT_ACTIONS).bind("rows", Sql.rows(rows)).execute();
    }
  }

  private static PendingEvent pending(ResultSet rs) throws SQLException {
    return new PendingEvent(
        rs.getLong("seq"),
        rs.getString("tenant"),
        rs.getString("source"),
        rs.getString("ce_id"),
        rs.getString("type"),
        rs.getString("subject"),
        rs.getString("time"),
        new EventContent(uuid(rs, "id"), rs.getString("partition_key"), rs.getString("body")));
  }

  private static Made made(ResultSet rs, Map<UUID, PendingEvent> byId) throws SQLException {
    PendingEvent event =
        Objects.requireNonNull(
            byId.get(uuid(rs, "event_id")), "a delivery of an event of this group");
    return new Made(
        rs.getBoolean("ring"),
        new Claim(
            event.content(),
            rs.getString("tenant"),
            rs.getLong("webhook_uid"),
            rs.getString("webhook"),
            longOrNull(rs, "key_id"),
            longOrNull(rs, "position"),
            rs.getInt("claim_number"),
            0,
            rs.getBoolean("laned"),
            rs.getInt("max_concurrency"),
            rs.getLong("lane_version"),
            new Claim.Limits(rs.getBoolean("rate_limited"), false),
            null),
        rs.getString("version"),
        time(rs, "at"));
  }

  /**
   * A delivery as it was made; the version is null when its webhook cannot be used now, or when its
   * strict check has to wait for a permit of the rate limit.
   */
  private record Made(boolean ring, Claim claim, @Nullable String version, Instant at) {
    Optional<Checked> check() {
      return Optional.ofNullable(version)
          .map(v -> new Checked(ClaimKey.of(claim), Checked.Verdict.GO, v, at, claim.laned()));
    }
  }
}
