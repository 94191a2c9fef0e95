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
import io.sequitur.db.delivery.Lane;
import io.sequitur.db.delivery.Lease;
import io.sequitur.db.delivery.Usable;
import io.sequitur.db.event.Appended.TypeName;
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

  /** Whether the last events had keys: a guess at the next ones, which saves a statement. */
  private volatile boolean keyed;

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
      keyed = outcome.taken.isEmpty() ? keyed : outcome.keyed();
    } while (outcome.onlySetAside());
    return outcome.routed;
  }

  private Outcome routeSome(int limit, UUID owner, RoutePlanner planner) {
    return jdbi.inTransaction(handle -> {
      if (!keyed) {
        Outcome free = route(handle, Outbox.free(handle, limit), owner, planner);
        if (!free.taken.isEmpty()) {
          return free;
        }
      }
      return route(handle, Outbox.oldest(handle, limit), owner, planner);
    });
  }

  /**
   * Routes those of the named events that are not routed yet, and what stands before them in their
   * partitions; empty when nothing was left to do.
   */
  public Optional<Routed> route(Collection<UUID> events, UUID owner, RoutePlanner planner) {
    return jdbi.inTransaction(handle -> route(handle, Outbox.named(handle, events), owner, planner))
        .routed;
  }

  /**
   * Stores events and, in the same transaction, routes those of them that are {@link
   * JudgedEvent#isFree free}: they have no order to keep, so they need not wait for what stands in
   * the outbox. All or nothing.
   *
   * @throws NotAtOnceException when some of them have to wait for others after all
   * @throws org.jdbi.v3.core.JdbiException when it cannot be done at once, too: an open transaction
   *     may hold one of the ids, or what routing has to lock
   */
  public StoredAndRouted store(List<JudgedEvent> events, UUID owner, RoutePlanner planner) {
    return jdbi.inTransaction(handle -> {
      Intake.Taken taken = Intake.take(handle, events, EventStore.AT_ONCE);
      Unrouted left = taken.left();
      if (left.events().isEmpty()) {
        return new StoredAndRouted(taken.appended(), Optional.empty());
      }
      // Its step 2 may have to look keys up, which takes as long as it takes.
      if (left.pending()) {
        throw new NotAtOnceException("a change lacks its step 2", Set.of());
      }
      RoutingChecks none = new RoutingChecks(handle, planner);
      return new StoredAndRouted(
          taken.appended(), route(handle, left, none, owner, unobserved(planner)).routed);
    });
  }

  // A condition tells what followed what by the order of events without a key, too, and that is
  // kept by the outbox.
  private static RoutePlanner unobserved(RoutePlanner planner) {
    return (events, versions, load) -> {
      List<RoutePlan> plans = planner.plan(events, versions, load);
      Set<UUID> observed =
          plans.stream()
              .filter(plan -> !plan.observations().isEmpty())
              .map(RoutePlan::eventId)
              .collect(Collectors.toSet());
      if (!observed.isEmpty()) {
        throw new NotAtOnceException(
            "a condition observes them",
            events.stream()
                .filter(event -> observed.contains(event.id()))
                .map(event -> new TypeName(event.tenant(), event.type()))
                .collect(Collectors.toSet()));
      }
      return plans;
    };
  }

  /** What came of storing events, and of routing those that could be routed at once. */
  public record StoredAndRouted(Appended appended, Optional<Routed> routed) {}

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
    return jdbi.withHandle(handle -> Outbox.next(handle, limit));
  }

  /** Sets an event aside that cannot be routed, with the reason for its readers. */
  public void quarantine(UUID event, String reason) {
    jdbi.useHandle(handle ->
        handle.createUpdate(QUARANTINE).bind("id", event).bind("reason", reason).execute());
  }

  /** What became of what was taken; it may be that nothing of it is to be routed. */
  private record Outcome(Optional<Routed> routed, List<PendingEvent> taken) {
    static final Outcome NOTHING = new Outcome(Optional.empty(), List.of());

    boolean onlySetAside() {
      return !taken.isEmpty() && routed.isEmpty();
    }

    boolean keyed() {
      return taken.stream().anyMatch(event -> event.content().partitionKey() != null);
    }
  }

  private Outcome route(Handle handle, Optional<Query> take, UUID owner, RoutePlanner planner) {
    return take.map(query -> route(handle, query, owner, planner)).orElse(Outcome.NOTHING);
  }

  private Outcome route(Handle handle, Query take, UUID owner, RoutePlanner planner) {
    RoutingChecks checks = new RoutingChecks(handle, planner);
    Map<String, String> versions = new HashMap<>();
    boolean[] pending = {false};
    List<PendingEvent> taken =
        take.map(
                (rs, ctx) -> {
                  versions.put(rs.getString("tenant"), rs.getString("rules"));
                  pending[0] = rs.getBoolean("pending");
                  return checks.noted(Outbox.event(rs), longOrNull(rs, "type_version"));
                })
            .list();
    return route(handle, new Unrouted(taken, versions, pending[0]), checks, owner, planner);
  }

  private Outcome route(
      Handle handle, Unrouted unrouted, RoutingChecks checks, UUID owner, RoutePlanner planner) {
    // Step 2, before anything that follows from these events: if the statement that took them saw
    // nothing pending, the epochs of every change before them are raised already.
    Map<String, String> versions = unrouted.rules();
    Stale stale = Stale.NOTHING;
    if (unrouted.pending()) {
      stale = InvalidationStore.drain(handle);
      versions = RuleReader.versions(handle, versions.keySet());
    }
    List<PendingEvent> events = checks.passed(unrouted.events());
    if (events.isEmpty()) {
      return new Outcome(Optional.empty(), unrouted.events());
    }
    List<RoutePlan> plans =
        planner.plan(events, versions, tenants -> RuleReader.rules(handle, tenants));
    return new Outcome(
        Optional.of(
            insert(handle, events, Observations.apply(handle, events, plans), owner, stale)),
        unrouted.events());
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
