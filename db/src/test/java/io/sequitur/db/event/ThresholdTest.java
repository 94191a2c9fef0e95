package io.sequitur.db.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.delivery.Claim;
import io.sequitur.db.testing.AtOnce;
import io.sequitur.db.testing.Conditional;
import io.sequitur.db.testing.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ThresholdTest {
  private static final Duration WITHIN = Duration.ofMinutes(10);

  private final World world = new World();
  private final long webhook = world.webhook("w");
  private final Conditional trigger = new Conditional(world, "many", webhook);
  private final RoutePlanner three = trigger.counting(3, WITHIN);

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void theEventThatReachesItIsDeliveredByItsOwnRouting() {
    List<UUID> events = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      events.add(Conditional.publish(world, "t", "s", null));
    }
    Routed routed = world.event.routing().routePending(10, world.me, three).orElseThrow();
    assertThat(routed.claims()).extracting(Claim::eventId).containsExactly(events.get(2));
    assertThat(events.stream().map(trigger::did))
        .containsExactly("counted", "counted", "fired", "counted", "counted");
    assertThat(triggersOf(events.get(2))).isEqualTo("{many}");
    assertThat(triggersOf(events.get(1))).isEqualTo("{}");
    // Nothing waits, so no workflow is needed.
    assertThat(routed.opened()).isEmpty();
  }

  @Test
  void aWindowCountsOverSeveralRoutingsAndFiresOnce() {
    List<String> did = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      did.add(trigger.did(trigger.send("t", "s", null, three)));
    }
    assertThat(did).containsOnlyOnce("fired");
    assertThat(did.indexOf("fired")).isEqualTo(2);
    assertThat(world.db.count("delivery_open")).isEqualTo(1);
  }

  @Test
  void eachKeyAndTheAbsentOneHasAWindowOfItsOwn() {
    for (String subject : List.of("x", "y", "x", "y", "z")) {
      trigger.send("t", subject, null, three);
    }
    trigger.send("t", null, null, three);
    trigger.send("t", null, null, three);
    assertThat(world.db.count("delivery_open")).isZero();
    assertThat(world.db.count("condition_window where key is null and count = 2")).isEqualTo(1);
    assertThat(trigger.did(trigger.send("t", null, null, three))).isEqualTo("fired");
    assertThat(trigger.did(trigger.send("t", "y", null, three))).isEqualTo("fired");
  }

  @Test
  void theNextWindowBeginsWithTheFirstEventAfterTheLast() {
    trigger.send("t", "s", null, three);
    trigger.send("t", "s", null, three);
    trigger.pass(WITHIN);
    assertThat(trigger.did(trigger.send("t", "s", null, three))).isEqualTo("counted");
    trigger.send("t", "s", null, three);
    assertThat(trigger.did(trigger.send("t", "s", null, three))).isEqualTo("fired");
  }

  @Test
  void aChangedConditionDoesNotCountOnAndOtherChangesDo() {
    trigger.send("t", "s", null, three);
    world.db.execute("update trigger set description = 'other'");
    trigger.send("t", "s", null, three);
    assertThat(world.db.count("condition_window where count = 2")).isEqualTo(1);
    for (String change :
        List.of(
            "update trigger set condition = '{\"within\":\"6m\"}'",
            "update trigger set events = '{x}'",
            "update trigger set filter = 'true'")) {
      world.db.execute(change);
      assertThat(trigger.did(trigger.send("t", "s", null, three))).as(change).isEqualTo("counted");
    }
    world.db.execute("delete from trigger");
    trigger.make();
    trigger.send("t", "s", null, three);
    assertThat(world.db.count("condition_window where count = 1")).isEqualTo(4);
    assertThat(world.db.count("delivery_open")).isZero();
  }

  @Test
  void aWebhookThatGetsTheEventAnywayGetsItOnce() {
    RoutePlanner both =
        (events, version, load) ->
            trigger.counting(1, WITHIN).plan(events, version, load).stream()
                .map(plan ->
                    new RoutePlan(
                            plan.eventId(),
                            List.of("webhook::w"),
                            List.of(new RoutePlan.Target(webhook, true)))
                        .observing(plan.observations()))
                .toList();
    UUID event = trigger.send("t", "s", null, both);
    assertThat(world.db.count("delivery_open")).isEqualTo(1);
    assertThat(triggersOf(event)).isEqualTo("{many,webhook::w}");
  }

  @Test
  void aKeyMayBeLongAndHoldWhatTheDatabaseCannot() {
    for (String key : List.of("a\u0000b", "a\ud800b", "\ud83d\ude00".repeat(100_000))) {
      RoutePlanner keyed =
          (events, version, load) ->
              trigger.counting(1, WITHIN).plan(events, version, load).stream()
                  .map(plan -> plan.observing(List.of(keyed(plan.observations().getFirst(), key))))
                  .toList();
      assertThat(trigger.did(trigger.send("t", "s", null, keyed))).isEqualTo("fired");
      assertThat(trigger.did(trigger.send("t", "s", null, keyed))).isEqualTo("counted");
    }
  }

  private static Observation keyed(Observation of, String key) {
    return new Observation(
        of.tenant(), of.trigger(), of.conditionId(), key, of.role(), of.consequence());
  }

  // Three routers, events without a key, so that nothing but the windows keeps them apart.
  @Test
  void severalRoutersCountEveryEventOnceAndNeverDeadlock() throws Exception {
    int events = 600;
    int keys = 6;
    int threshold = 70;
    RoutePlanner planner = trigger.counting(threshold, Duration.ofHours(1));
    for (int i = 0; i < events; i++) {
      Conditional.publish(world, "t", "s" + i * 7 % keys, null);
    }
    Callable<Integer> router =
        () -> {
          UUID me = UUID.randomUUID();
          int groups = 0;
          while (world.event.routing().routePending(13, me, planner).isPresent()) {
            groups++;
          }
          return groups;
        };
    List<Integer> groups = AtOnce.all(Collections.nCopies(3, router));
    assertThat(groups.stream().mapToInt(Integer::intValue).sum())
        .isGreaterThanOrEqualTo(events / 13);
    assertThat(world.db.value(Long.class, "select sum(count) from condition_window"))
        .isEqualTo(events);
    assertThat(world.db.count("condition_window where count = ?", events / keys)).isEqualTo(keys);
    assertThat(world.db.count("delivery_open")).as("each key fired once").isEqualTo(keys);
    assertThat(
            world.db.count(
                """
                (select e.subject, c ->> 'count' from routing r join event e on e.id = r.event_id
                 cross join jsonb_array_elements(r.conditions) c group by 1, 2 having count(*) > 1) x
                """))
        .as("two events with the same number of one window")
        .isZero();
  }

  private String triggersOf(UUID event) {
    return world.db.value(
        String.class, "select triggers::text from routing where event_id = ?", event);
  }
}
