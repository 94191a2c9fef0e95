package io.sequitur.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.Ids.DeliveryId;
import io.sequitur.db.delivery.AttemptRow;
import io.sequitur.db.delivery.Claim;
import io.sequitur.db.delivery.ClaimKey;
import io.sequitur.db.delivery.DeliveryStores;
import io.sequitur.db.delivery.OperatorStore.Action;
import io.sequitur.db.delivery.OperatorStore.Actor;
import io.sequitur.db.event.EventStores;
import io.sequitur.db.sync.SyncStore;
import io.sequitur.db.sync.SyncTargets;
import io.sequitur.db.testing.Plans;
import io.sequitur.db.testing.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What the engine does all the time reads what it needs and no more, though the tables hold
 * thousands of rows and the planner believes them empty, as it does after a quiet night (ADR 0006).
 * The statements are the stores' own, explained while they run.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PlanTest {
  private static final int BACKLOG = 5_000;

  /** No node may have read more rows than a handful for each row it was asked for. */
  private static final int FEW = 200;

  private static final String EVENTS =
      """
      insert into event (id, tenant, source, ce_id, type, body)
      select new_id(), 'default', '/test', new_id()::text, 't', '{}' from generate_series(1, %d) returning id
      """;

  private final World world = new World();
  private final Plans plans = new Plans(world.db);
  private final EventStores event = EventStores.of(plans.jdbi());
  private final DeliveryStores delivery = DeliveryStores.of(plans.jdbi());
  private final long free = world.webhook("free");
  private final long ordered = world.webhook("ordered", "ordered = true");

  @BeforeAll
  void fillTablesThatThePlannerBelievesEmpty() {
    for (String table : List.of("delivery_open", "outbox", "key_counter", "dedupe")) {
      world.db.asOwner("alter table " + table + " set (autovacuum_enabled = off)");
      world.db.asOwner("vacuum analyze " + table);
    }
    world.db.execute(
        """
        with made as (%s)
        insert into delivery_open (event_id, webhook_uid, webhook, tenant, state, key_id, position, next_attempt_at)
        select id, w, 'w', 'default', case when w = :ordered then 'waiting' else 'pending' end, 100000 + n %% 500, n,
               case when w = :ordered then null else now() + interval '1 h' end
        from (select id, row_number() over () as n from made) m cross join (values (1000), (:ordered)) as v(w)
        """
            .formatted(EVENTS.formatted(BACKLOG))
            .replace(":ordered", Long.toString(ordered)));
  }

  @AfterAll
  void close() {
    plans.close();
    world.close();
  }

  @Test
  void eventsAreTakenIn() {
    assertReadsLittle(
        plans.of(() ->
            event
                .events()
                .append(List.of(World.newEvent("k"), World.newEvent(null), World.newEvent("l")))));
  }

  @Test
  void theOldestPendingEventsAreRouted() {
    backlogInTheOutbox();
    List<String> made = routeTen(free, ordered);
    assertReadsLittle(made);
    assertThat(made).as("rows are deleted by their place").anyMatch(p -> p.contains("Tid Scan"));
  }

  @Test
  void pendingEventsWithoutKeysAreRoutedWithoutLocks() {
    backlogInTheOutbox("null");
    List<String> made = routeTen(free);
    assertReadsLittle(made);
    assertThat(made).as("rows are deleted by their place").anyMatch(p -> p.contains("Tid Scan"));
    assertThat(made).noneMatch(p -> p.contains("pg_advisory_xact_lock"));
  }

  // As a planner sees it that has just counted: all events are one tenant's.
  @Test
  void anEventBehindAFloodIsFoundWithoutReadingTheFlood() {
    backlogInTheOutbox();
    world.db.execute(
        "with made as (%s) insert into outbox (event_id, tenant) select id, 'small' from made"
            .formatted(EVENTS.formatted(1)));
    world.db.asOwner("analyze outbox");
    List<String> made = routeTen(free);
    assertReadsLittle(made);
    world.db.asOwner("delete from outbox");
    world.db.asOwner("vacuum analyze outbox");
  }

  @Test
  void namedEventsAreRouted() {
    // With rows before it in the outbox, these are read too: they might stand in its partition.
    world.db.execute("delete from outbox");
    UUID id = world.publish(null);
    assertReadsLittle(
        plans.of(() ->
            assertThat(event.routing().route(List.of(id), world.me, World.to(free))).isPresent()));
  }

  @Test
  void strictCheckAndGivingBack() {
    List<ClaimKey> claims = claims(free, null).stream().map(ClaimKey::of).toList();
    assertReadsLittle(
        plans.of(() -> assertThat(delivery.claims().check(claims, world.me)).hasSize(3)));
    assertReadsLittle(plans.of(() -> delivery.claims().release(claims, world.me)));
  }

  @Test
  void resultsAreRecorded() {
    List<Claim> claims = claims(free, null);
    assertReadsLittle(
        plans.of(() -> delivery.results().record(rows(claims, "retrying"), world.me)));
    List<Claim> delivered = claims(free, null);
    assertReadsLittle(
        plans.of(() -> delivery.results().record(rows(delivered, "delivered"), world.me)));
  }

  @Test
  void aLaneGoesOnWithItsNextHead() {
    Claim first = world.claimed("next-head", ordered);
    UUID second = world.send("next-head", ordered).events().getFirst().id();
    assertReadsLittle(
        plans.of(() ->
            assertThat(
                    delivery.results().record(rows(List.of(first), "delivered"), world.me).heads())
                .extracting(Claim::eventId)
                .containsExactly(second)));
  }

  @Test
  void aLongLaneIsDrainedWithoutLookingAtAllThatWaitsInIt() {
    Claim head = world.claimed("long", ordered);
    world.db.execute(
        """
        with made as (%s)
        insert into delivery_open (event_id, webhook_uid, webhook, tenant, state, key_id, position)
        select id, %d, 'ordered', 'default', 'waiting', %d, 1000000 + n
        from (select id, row_number() over () as n from made) m
        """
            .formatted(EVENTS.formatted(BACKLOG), ordered, head.keyId()));
    world.set(ordered, "timeout_ms = timeout_ms + 1");
    assertReadsLittle(
        plans.of(() ->
            assertThat(delivery.claims().check(List.of(ClaimKey.of(head)), world.me)).hasSize(1)));
    assertReadsLittle(
        plans.of(() -> delivery.results().record(rows(List.of(head), "retrying"), world.me)));
    assertReadsLittle(
        plans.of(() -> assertThat(delivery.claims().claimDue(ordered, world.me, 10)).isNotEmpty()));
    assertReadsLittle(plans.of(() -> assertThat(delivery.bells().settle(ordered, 1)).isPresent()));
    world.state(ordered, "failures = 0");
  }

  @Test
  void headsOfLanesAreLookedForWithoutLookingAtWhatWaitsBehindThem() {
    long lanes = world.db.count("(select distinct webhook_uid, key_id from delivery_open) l");
    assertThat(plans.of(() -> assertThat(delivery.sweep().freeHeads(Duration.ofHours(1))).isZero()))
        .singleElement()
        .satisfies(
            plan -> assertThat(Plans.mostRows(plan)).as(plan).isLessThan((double) lanes + FEW));
  }

  @Test
  void whatIsDueIsClaimed() {
    for (long webhook : new long[] {free, ordered}) {
      List<Claim> failed = claims(webhook, "due");
      delivery.results().record(rows(failed.subList(0, 1), "retrying"), world.me);
      assertReadsLittle(
          plans.of(
              () -> assertThat(delivery.claims().claimDue(webhook, world.me, 10)).isNotEmpty()));
    }
  }

  @Test
  void strictCheckAsksALaneAgainWhoseWebhookHasChanged() {
    List<ClaimKey> claims = claims(ordered, "changed").stream().map(ClaimKey::of).toList();
    world.set(ordered, "timeout_ms = timeout_ms + 1");
    assertReadsLittle(
        plans.of(
            () -> assertThat(delivery.claims().check(claims, world.me)).hasSize(claims.size())));
  }

  @Test
  void operatorsAct() {
    for (long webhook : new long[] {free, ordered}) {
      List<Claim> failed = claims(webhook, "operated");
      delivery.results().record(rows(failed.subList(0, 1), "retrying"), world.me);
      DeliveryId id = new DeliveryId(failed.getFirst().eventId(), webhook);
      for (Action action : Action.values()) {
        assertReadsLittle(
            plans.of(() ->
                assertThat(
                        delivery
                            .operator()
                            .act(new Actor("default", "me"), action, List.of(id), facts -> null))
                    .hasSize(1)));
      }
      // Other tests' first attempts are made at once only where nothing has failed lately.
      world.state(webhook, "failures = 0");
    }
  }

  @Test
  void whatWaitsForAConfigurationIsLookedFor() {
    assertReadsLittle(plans.of(() -> assertThat(delivery.wake().wake()).isEmpty()));
    assertReadsLittle(
        plans.of(() -> assertThat(delivery.wake().withOpenDeliveries(List.of(free))).isNotNull()));
  }

  // A set is made of all webhooks, but whether it is the newest is known without any of them.
  @Test
  void syncTargetsAreLookedAtWithoutLookingAtTheirWebhooks() {
    world.change(
        "insert into webhook (tenant, name, url) select 'many', 'w' || n, 'https://receiver.test/' from generate_series(1, %d) n"
            .formatted(BACKLOG));
    world.change(
        "insert into sync_target (tenant, name, url) values ('many', 'scaler', 'https://platform.test/')");
    long drained = world.db.value(Long.class, "select count(*) from drain_invalidation()");
    assertThat(drained).isGreaterThanOrEqualTo(BACKLOG);
    SyncStore targets = SyncTargets.store(plans.jdbi());
    assertReadsLittle(plans.of(() -> assertThat(targets.see("many", "scaler")).isPresent()));
    assertReadsLittle(
        plans.of(() -> assertThat(targets.forgotten(Duration.ofSeconds(5))).hasSize(1)));
    assertReadsLittle(plans.of(() -> assertThat(targets.figures().targets()).isNotNull()));
  }

  private List<String> routeTen(long... webhooks) {
    return plans.of(() ->
        assertThat(
                event
                    .routing()
                    .routePending(10, world.me, World.to(webhooks))
                    .orElseThrow()
                    .events())
            .hasSize(10));
  }

  private void backlogInTheOutbox() {
    backlogInTheOutbox("case when n % 2 = 0 then n % 64 end");
  }

  private void backlogInTheOutbox(String partition) {
    world.db.execute(
        """
        with made as (%s)
        insert into outbox (event_id, tenant, partition)
        select id, 'default', %s from (select id, row_number() over () as n from made) m
        """
            .formatted(EVENTS.formatted(BACKLOG), partition));
  }

  /** Three claims, of one key or of none. */
  private List<Claim> claims(long webhook, @Nullable String key) {
    List<Claim> claims = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      claims.addAll(world.send(key == null ? null : key + webhook, webhook).claims());
    }
    return claims;
  }

  private static List<AttemptRow> rows(List<Claim> claims, String next) {
    Instant due = next.equals("retrying") ? Instant.now().minusSeconds(1) : null;
    return claims.stream().map(claim -> World.result(claim, next, due)).toList();
  }

  private static void assertReadsLittle(List<String> plans) {
    for (String plan : plans) {
      assertThat(Plans.mostRows(plan)).as(plan).isLessThan(FEW);
    }
  }
}
