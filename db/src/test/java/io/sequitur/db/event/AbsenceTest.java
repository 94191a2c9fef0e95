package io.sequitur.db.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.delivery.Claim;
import io.sequitur.db.event.FiringStore.Fired;
import io.sequitur.db.testing.AtOnce;
import io.sequitur.db.testing.Conditional;
import io.sequitur.db.testing.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AbsenceTest {
  private static final Duration WITHIN = Duration.ofMinutes(5);
  private static final int ALL = 1_000;

  private final World world = new World();
  private final long webhook = world.webhook("w");
  private final Conditional trigger = new Conditional(world, "unpaid", webhook);
  private final RoutePlanner waiting = trigger.waiting(WITHIN);

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void aWindowThatIsDueFiresForTheEventThatWaited() {
    UUID event = trigger.send("a", "s", null, waiting);
    assertThat(trigger.fire(ALL).windows()).as("not due yet").isZero();
    assertThat(trigger.did(event)).isEqualTo("waiting");
    trigger.pass(WITHIN);
    Fired fired = trigger.fire(ALL);
    assertThat(fired.windows()).isEqualTo(1);
    assertThat(fired.toRing()).containsExactly(webhook);
    assertThat(world.stateOf(event)).isEqualTo("pending");
    assertThat(trigger.waiting()).isZero();
    assertThat(
            world.db.value(
                String.class, "select triggers::text from routing where event_id = ?", event))
        .isEqualTo("{unpaid}");
  }

  @Test
  void whatFollowsCallsItOffForItsKeyAlone() {
    trigger.send("a", "s", null, waiting);
    UUID other = trigger.send("a", "other", null, waiting);
    UUID follower = trigger.send("b", "s", null, waiting);
    trigger.pass(WITHIN);
    assertThat(trigger.did(follower)).isEqualTo("arrived");
    assertThat(trigger.fire(ALL).windows()).isEqualTo(1);
    assertThat(world.db.value(UUID.class, "select event_id from delivery_open")).isEqualTo(other);
  }

  @Test
  void whatFollowsTooLateDoesNotCallOffThoughNobodyFiredYet() {
    UUID event = trigger.send("a", "s", null, waiting);
    trigger.pass(WITHIN);
    trigger.send("b", "s", null, waiting);
    UUID next = trigger.send("a", "s", null, waiting);
    assertThat(trigger.waiting()).isEqualTo(2);
    assertThat(trigger.fire(ALL).windows()).isEqualTo(1);
    assertThat(world.db.value(UUID.class, "select event_id from delivery_open")).isEqualTo(event);
    assertThat(trigger.did(next)).isEqualTo("waiting");
  }

  @Test
  void anOverdueWindowThatARouterMeetsIsRungFor() {
    trigger.send("a", "s", null, waiting);
    trigger.pass(WITHIN);
    UUID next = Conditional.publish(world, "b", "s", null);
    Routed routed = world.event.routing().route(List.of(next), world.me, waiting).orElseThrow();
    assertThat(routed.opened()).extracting(Opened::trigger).containsExactly("unpaid");
  }

  @Test
  void theOrderOfArrivalCountsWhoeverRoutesFirst() {
    UUID event = Conditional.publish(world, "a", "s", null);
    UUID follower = Conditional.publish(world, "b", "s", null);
    world.event.routing().route(List.of(follower), world.me, waiting);
    world.event.routing().route(List.of(event), world.me, waiting);
    assertThat(trigger.did(event)).isEqualTo("called-off");
    assertThat(trigger.waiting()).isZero();
  }

  // The first of them holds the window's row while the second wants it, though the row is new.
  @Test
  void aRouterWaitsForAnotherThatOpensTheSameWindow() throws Exception {
    UUID follower = Conditional.publish(world, "b", "s", null);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Handle other = world.db.open()) {
      other.execute(
          "insert into condition_window (condition_id, key_hash, tenant, trigger, event_id, event_seq, opened_at, due_at) "
              + "values (?, digest128('s'), 'default', 'unpaid', new_id(), 0, now(), now() + interval '5 min')",
          trigger.id());
      Future<?> routing =
          threads.submit(() -> world.event.routing().route(List.of(follower), world.me, waiting));
      world.db.awaitWaiterOn(other);
      other.commit();
      routing.get();
    }
    assertThat(trigger.waiting()).as("the follower saw the window").isZero();
  }

  @Test
  void severalThatFireAtOnceFireEachWindowOnce() throws Exception {
    int windows = 60;
    for (int i = 0; i < windows; i++) {
      Conditional.publish(world, "a", "s" + i, i % 2 == 0 ? null : "k" + i % 5);
    }
    world.event.routing().routePending(ALL, world.me, waiting);
    trigger.pass(WITHIN);
    List<Callable<Integer>> firing = Collections.nCopies(4, this::fireAll);
    assertThat(AtOnce.all(firing).stream().mapToInt(Integer::intValue).sum()).isEqualTo(windows);
    assertThat(world.db.count("delivery_open")).isEqualTo(windows);
  }

  private int fireAll() {
    int all = 0;
    for (int fired = -1; fired != 0; all += fired) {
      fired = trigger.fire(7).windows();
    }
    return all;
  }

  @Test
  void aWebhookThatGotTheEventIsNotSentItAgain() {
    long second = world.webhook("second");
    UUID open = sendTo(webhook, "open");
    UUID done = sendTo(webhook, "done");
    world
        .delivery
        .results()
        .record(List.of(World.result(claimOf(done), "delivered", null)), world.me);
    world.db.execute(
        "insert into trigger_delivery (tenant, trigger, webhook_uid) values ('default', 'unpaid', ?)",
        second);
    trigger.pass(WITHIN);
    assertThat(trigger.fire(ALL).toRing()).containsExactly(second);
    assertThat(world.db.count("delivery where event_id = ?", open)).isEqualTo(2);
    assertThat(world.db.count("delivery where event_id = ?", done)).isEqualTo(2);
  }

  private final List<Claim> claims = new ArrayList<>();

  /** An event that waits and is delivered at once too. */
  private UUID sendTo(long uid, String subject) {
    UUID id = Conditional.publish(world, "a", subject, null);
    RoutePlanner both =
        (events, version, load) ->
            waiting.plan(events, version, load).stream()
                .map(plan ->
                    new RoutePlan(id, List.of("now"), List.of(new RoutePlan.Target(uid, true)))
                        .observing(plan.observations()))
                .toList();
    claims.addAll(world.event.routing().route(List.of(id), world.me, both).orElseThrow().claims());
    return id;
  }

  private Claim claimOf(UUID event) {
    return claims.stream().filter(claim -> claim.eventId().equals(event)).findFirst().orElseThrow();
  }

  @Test
  void theLastOfItsKeyKeepsItsNumberAndAnEarlierOneComesAfterTheOthers() {
    long ordered = world.webhook("ordered", "ordered = true");
    world.db.execute("update trigger_delivery set webhook_uid = ?", ordered);
    UUID last = trigger.send("a", "s", "alone", waiting);
    UUID earlier = trigger.send("a", "s2", "k", waiting);
    world.send("k", ordered);
    world.send("k", ordered);
    trigger.pass(WITHIN);
    assertThat(trigger.fire(ALL).toRing())
        .as("the other is behind its lane")
        .containsExactly(ordered);
    assertThat(position(last)).isEqualTo(1);
    assertThat(world.stateOf(last)).isEqualTo("pending");
    assertThat(position(earlier)).isEqualTo(4);
    assertThat(world.stateOf(earlier)).isEqualTo("waiting");
    assertThat(world.send("k", ordered).plans()).hasSize(1);
    assertThat(world.db.value(Long.class, "select max(position) from delivery_open")).isEqualTo(5);
  }

  private long position(UUID event) {
    return world.db.value(
        Long.class, "select position from delivery_open where event_id = ?", event);
  }

  @Test
  void severalOfOneLaneFireInTheOrderInWhichTheyWereDue() {
    long ordered = world.webhook("ordered", "ordered = true");
    world.db.execute("update trigger_delivery set webhook_uid = ?", ordered);
    List<UUID> events = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      events.add(trigger.send("a", "s" + i, "k", waiting));
    }
    trigger.pass(WITHIN);
    trigger.fire(ALL);
    List<UUID> lane =
        world
            .db
            .jdbi()
            .withHandle(handle ->
                handle
                    .createQuery("select event_id from delivery_open order by position")
                    .mapTo(UUID.class)
                    .list());
    assertThat(lane).isEqualTo(events);
    assertThat(world.db.count("delivery_open where state = 'pending'")).isEqualTo(1);
  }

  @Test
  void theTriggerOfTheTimeOfFiringDecidesWhatIsDone() {
    trigger.send("a", "s", null, waiting);
    long other = world.webhook("other");
    long off = world.webhook("off", "active = false");
    world.db.execute("update trigger_delivery set webhook_uid = ?", other);
    world.db.execute(
        "insert into trigger_delivery (tenant, trigger, webhook_uid) values ('default', 'unpaid', ?)",
        off);
    world.db.execute(
        """
        update trigger set description = 'x', actions =
          '[{"deliver":["other","off"]},{"startWorkflow":{"type":"T","taskQueue":"q","id":"i"}}]'
        """);
    trigger.pass(WITHIN);
    Fired fired = trigger.fire(ALL);
    assertThat(fired.toRing()).containsExactly(other);
    assertThat(fired.runs()).hasSize(1);
    assertThat(
            world.db.value(
                String.class,
                "select trigger || ordinal || kind || (parameters ->> 'type') from action"))
        .isEqualTo("unpaid1startWorkflowT");
    assertThat(world.db.count("delivery_open")).isEqualTo(1);
  }

  @Test
  void windowsOfAChangedOrDeletedTriggerNeverFire() {
    trigger.send("a", "s", null, waiting);
    world.db.execute("update trigger set condition = '{\"within\":\"6m\"}'");
    trigger.send("a", "s", null, waiting);
    world.db.execute("delete from trigger");
    trigger.make();
    trigger.pass(WITHIN);
    assertThat(trigger.fire(ALL).windows()).isZero();
    assertThat(world.event.timers().overdue(Duration.ZERO)).isEmpty();
    world.event.timers().forget(ALL);
    assertThat(world.db.count("condition_window")).isZero();
    assertThat(world.db.count("delivery_open")).isZero();
  }
}
