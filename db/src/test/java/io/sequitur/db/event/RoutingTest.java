package io.sequitur.db.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.catalogue.RoutingRule;
import io.sequitur.db.catalogue.RuleReader;
import io.sequitur.db.delivery.Claim;
import io.sequitur.db.delivery.ClaimKey;
import io.sequitur.db.testing.World;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RoutingTest {
  private final World world = new World();
  private final RoutingStore routing = world.event.routing();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void theSecondRouterOfAnEventFindsNothing() {
    UUID id = world.publish("k");
    long webhook = world.webhook("w");
    assertThat(routing.route(List.of(id), world.me, World.to(webhook))).isPresent();
    assertThat(routing.route(List.of(id), world.me, World.to(webhook))).isEmpty();
    assertThat(routing.routePending(10, world.me, World.to(webhook))).isEmpty();
    assertThat(world.db.count("delivery_open")).isEqualTo(1);
  }

  @Test
  void theStatementThatClaimsSaysWhatTheStrictCheckSays() {
    long webhook = world.webhook("w");
    Routed routed = world.send("k", webhook);
    assertThat(routed.checks())
        .usingRecursiveComparison()
        .ignoringFields("at")
        .isEqualTo(
            world
                .delivery
                .claims()
                .check(List.of(ClaimKey.of(routed.claims().getFirst())), world.me));
    world.set(webhook, "url = 'https://elsewhere.test/'");
    assertThat(world.send("l", webhook).checks().getFirst().version())
        .isNotEqualTo(routed.checks().getFirst().version());
  }

  @Test
  void routingLetsNoAttemptOfAnUnusableWebhookGo() {
    assertThat(world.send("k", world.webhook("off", "active = false")).checks()).isEmpty();
    long disabled = world.webhook("disabled");
    world.state(disabled, "status = 'disabled'");
    assertThat(world.send("l", disabled).checks()).isEmpty();
  }

  @Test
  void routersThatMeetOnOneEventRouteItOnce() throws Exception {
    UUID id = world.publish("k");
    long webhook = world.webhook("w");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Handle slow = world.db.open()) {
      slow.execute(
          "select pg_advisory_xact_lock(hashtext('sequitur'), (select partition from outbox))");
      Future<?> one = threads.submit(() -> routing.route(List.of(id), world.me, World.to(webhook)));
      Future<?> two = threads.submit(() -> routing.routePending(10, world.me, World.to(webhook)));
      world.db.awaitWaiterOn(slow);
      slow.commit();
      one.get();
      two.get();
    }
    assertThat(world.db.count("routing")).isEqualTo(1);
    assertThat(world.db.count("delivery_open")).isEqualTo(1);
  }

  @Test
  void aKeyedEventIsNeverRoutedBeforeAnEarlierOneOfItsPartition() {
    UUID first = world.publish("k");
    UUID second = world.publish("k");
    Routed routed = routing.route(List.of(second), world.me, World.to()).orElseThrow();
    assertThat(routed.events()).extracting(PendingEvent::id).containsExactly(first, second);
  }

  @Test
  void aKeyedEventTakesNothingThatCameAfterIt() {
    UUID first = world.publish("k");
    UUID second = world.publish("k");
    routing.route(List.of(first), world.me, World.to());
    assertThat(routing.pending(10)).containsExactly(second);
  }

  @Test
  void anEventWithoutAKeyIsRoutedAlone() {
    UUID before = world.publish(null);
    UUID keyed = world.publish("k");
    UUID event = world.publish(null);
    Routed routed = routing.route(List.of(event), world.me, World.to()).orElseThrow();
    assertThat(routed.events()).extracting(PendingEvent::id).containsExactly(event);
    assertThat(routing.pending(10)).containsExactly(before, keyed);
  }

  @Test
  void onlyTheHeadOfALaneIsClaimed() {
    long webhook = world.webhook("w", "ordered = true");
    UUID first = world.publish("k");
    UUID second = world.publish("k");
    UUID other = world.publish("other");
    Routed routed = world.route(webhook);
    assertThat(routed.claims()).extracting(Claim::eventId).containsExactlyInAnyOrder(first, other);
    assertThat(routed.toRing()).isEmpty();
    assertThat(world.stateOf(second)).isEqualTo("waiting");
    assertThat(world.send("k", webhook).claims()).isEmpty();
  }

  @Test
  void anUnorderedWebhookGetsAllOfAKeyAtOnce() {
    long webhook = world.webhook("w");
    world.publish("k");
    world.publish("k");
    assertThat(world.route(webhook).claims())
        .extracting(Claim::position)
        .containsExactlyInAnyOrder(1L, 2L);
  }

  @Test
  void aWebhookInTroubleIsOnlyRung() {
    long failing = world.webhook("failing");
    world.state(failing, "failures = 5");
    long slow = world.webhook("slow");
    world.state(slow, "slow_until = now() + interval '30 s'");
    long disabled = world.webhook("disabled");
    world.state(disabled, "status = 'disabled'");
    long fine = world.webhook("fine");
    world.state(fine, "failures = 4, slow_until = now() - interval '1 s'");
    world.publish(null);
    Routed routed = world.route(failing, slow, disabled, fine);
    assertThat(routed.claims()).extracting(Claim::webhookUid).containsExactly(fine);
    // For a disabled one there is nothing to do until it is enabled, and that rings.
    assertThat(routed.toRing()).containsExactlyInAnyOrder(failing, slow);
    assertThat(world.db.count("delivery_open where claim_owner is null and state = 'pending'"))
        .isEqualTo(3);
  }

  @Test
  void aQuarantinedEventIsNoLongerPending() {
    UUID id = world.publish("k");
    routing.quarantine(id, "why");
    assertThat(routing.routePending(10, world.me, World.to())).isEmpty();
    assertThat(world.event.events().find("default", id).orElseThrow().quarantined())
        .isEqualTo("why");
  }

  @Test
  void aFailureWhilePlanningLeavesTheEventPending() {
    UUID id = world.publish("k");
    org.assertj.core.api.Assertions.assertThatIllegalStateException()
        .isThrownBy(() ->
            routing.routePending(
                10,
                world.me,
                (events, version, load) -> {
                  throw new IllegalStateException("broken");
                }));
    assertThat(routing.pending(10)).containsExactly(id);
    assertThat(world.db.count("run") + world.db.count("key_counter")).isZero();
  }

  @Test
  void inactiveWebhooksAndTheirTriggersTargetsAreNoRules() {
    world.webhook("on", "events = '{}'");
    long off = world.webhook("off", "events = '{}'", "active = false");
    world.db.execute("insert into trigger (name, events) values ('t', '{}')");
    world.db.execute(
        "insert into trigger_delivery (tenant, trigger, webhook_uid) values ('default', 't', ?)",
        off);
    List<RoutingRule> rules =
        world.db.jdbi().withHandle(handle -> RuleReader.rules(handle, List.of("default")));
    assertThat(rules)
        .extracting("name", "webhooks")
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("t", List.of()),
            org.assertj.core.groups.Tuple.tuple(
                "webhook::on",
                List.of(world.db.value(Long.class, "select uid from webhook where name = 'on'"))));
  }

  @Test
  void everyChangeByHandGivesTheRulesAnotherVersion() {
    String before = version();
    for (String change :
        List.of(
            "insert into webhook (name, url) values ('w', 'https://r.test/'), ('x', 'https://r.test/')",
            "update webhook set active = false where name = 'x'",
            "update webhook set version = 1",
            "insert into trigger (name, events) values ('t', '{a}')",
            "update trigger set filter = 'true'",
            "insert into trigger_delivery (tenant, trigger, webhook_uid) select 'default', 't', uid from webhook where name = 'w'",
            "delete from trigger_delivery",
            "insert into trigger_delivery (tenant, trigger, webhook_uid) select 'default', 't', uid from webhook where name = 'w'",
            "truncate trigger_delivery",
            "delete from webhook where name = 'x'",
            "delete from trigger")) {
      if (change.startsWith("truncate")) {
        world.db.asOwner(change);
      } else {
        world.db.execute(change);
      }
      String after = version();
      assertThat(after).as(change).isNotEqualTo(before);
      before = after;
    }
  }

  private String version() {
    world.db.count("drain_invalidation()");
    return world.db.value(
        String.class, "select " + RuleReader.VERSION + " from (select 'default') as t(tenant)");
  }
}
