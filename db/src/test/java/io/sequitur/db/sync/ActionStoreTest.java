package io.sequitur.db.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.event.RoutePlan;
import io.sequitur.db.event.RoutePlanner;
import io.sequitur.db.event.Routed;
import io.sequitur.db.sync.ActionResult.Done;
import io.sequitur.db.sync.ActionResult.Failed;
import io.sequitur.db.sync.ActionResult.Later;
import io.sequitur.db.testing.World;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ActionStoreTest {
  private static final Duration LEASE = Duration.ofSeconds(30);
  private static final Duration AGE = Duration.ofSeconds(5);
  private static final String PARAMETERS = "{\"n\": 1.50, \"id\": \"{{ event.id }}\"}";

  private final World world = new World();
  private final ActionStore actions = new ActionStore(world.db.jdbi());

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void routingMakesARowOfEachAndNoneTwice() {
    UUID event = world.publish(null);
    Routed routed = route(2);
    assertThat(routed.hasActions()).isTrue();
    assertThat(world.event.routing().route(List.of(event), world.me, planning(2))).isEmpty();

    List<DueAction> taken = take(routed);
    assertThat(taken).extracting(action -> action.key().ordinal()).containsExactlyInAnyOrder(0, 1);
    DueAction first = taken.getFirst();
    assertThat(first.parameters()).isEqualTo(PARAMETERS);
    assertThat(first.key().eventId()).isEqualTo(event);
    assertThat(first.event().source()).isEqualTo("/test");
    assertThat(first.event().body()).isEqualTo("{}");
  }

  @Test
  void whatIsTakenIsTakenUntilItsLeaseLapses() {
    world.publish(null);
    Routed routed = route(1);
    assertThat(take(routed)).hasSize(1);
    assertThat(take(routed)).isEmpty();
    lapse();
    assertThat(take(routed)).hasSize(1);
  }

  @Test
  void whatIsTakenByAnotherIsPassedOverNotWaitedFor() {
    world.publish(null);
    Routed routed = route(3);
    try (Handle other = world.db.open()) {
      other.execute("update action set attempts = attempts where ordinal = 0");
      assertThat(take(routed)).extracting(action -> action.key().ordinal()).doesNotContain(0);
      other.rollback();
    }
    assertThat(take(routed)).extracting(action -> action.key().ordinal()).containsExactly(0);
  }

  @Test
  void aRunEndsWhenItsActionsAreDoneOrSomebodyHasThem() {
    world.publish(null);
    Routed routed = route(2);
    assertThat(finish(routed)).as("two are due").isTrue();
    assertThat(openRuns()).isEqualTo(1);

    List<DueAction> taken = take(routed);
    actions.record(taken.get(0).key(), new Done("w", "r"));
    assertThat(finish(routed)).isFalse();
    assertThat(openRuns()).as("the other is somebody's").isZero();

    lapse();
    assertThat(finish(routed)).as("its owner died").isTrue();
  }

  @Test
  void aRunWithoutActionsEndsAtOnce() {
    world.publish(null);
    Routed routed = world.route();
    assertThat(routed.hasActions()).isFalse();
    assertThat(finish(routed)).isFalse();
    assertThat(openRuns()).isZero();
  }

  @Test
  void whatIsToBeTriedLaterIsShownAndFoundInTime() {
    UUID event = world.publish(null);
    Routed routed = route(1);
    actions.record(take(routed).getFirst().key(), new Later("away", Duration.ofMinutes(1)));
    assertThat(actions.overdue(AGE, 10)).isEmpty();
    assertThat(take(routed)).isEmpty();

    ActionView view = actions.of("default", event).getFirst();
    assertThat(view.state()).isEqualTo("retrying");
    assertThat(view.attempts()).isEqualTo(1);
    assertThat(view.lastError()).isEqualTo("away");
    assertThat(view.nextAttemptAt()).isNotNull();

    lapse();
    assertThat(actions.overdue(AGE, 10)).containsExactly(event);
    assertThat(take(routed)).singleElement().extracting(DueAction::attempts).isEqualTo(1);
  }

  @Test
  void whatIsDoneOrFailedStaysSo() {
    UUID event = world.publish(null);
    Routed routed = route(2);
    List<DueAction> taken = take(routed);
    actions.record(taken.get(0).key(), new Done("w", "r"));
    actions.record(taken.get(1).key(), new Failed("no such field"));
    // One that was slow, and comes after its lease lapsed and another was quicker.
    actions.record(taken.get(0).key(), new Later("late", Duration.ZERO));
    actions.record(taken.get(1).key(), new Done("late", "late"));

    lapse();
    assertThat(take(routed)).isEmpty();
    assertThat(actions.overdue(AGE, 10)).isEmpty();
    List<ActionView> views = actions.of("default", event);
    assertThat(views).extracting(ActionView::state).containsExactlyInAnyOrder("done", "failed");
    assertThat(views)
        .filteredOn(view -> view.state().equals("done"))
        .singleElement()
        .satisfies(view -> {
          assertThat(view.workflowId()).isEqualTo("w");
          assertThat(view.workflowRunId()).isEqualTo("r");
          assertThat(view.lastError()).isNull();
          assertThat(view.nextAttemptAt()).isNull();
        });
  }

  @Test
  void nobodySeesTheActionsOfAnotherTenant() {
    UUID event = world.publish(null);
    Routed unused = route(1);
    assertThat(actions.of("other", event)).isEmpty();
    assertThat(actions.of("default", event))
        .singleElement()
        .extracting(ActionView::state)
        .isEqualTo("pending");
  }

  @Test
  void overdueOnesAreFoundByTheirIndex() {
    world.db.execute(
        "insert into action (event_id, trigger, ordinal, tenant, kind, parameters, done_at)"
            + " select new_id(), 't', 0, 'default', 'startWorkflow', '{}', now() from generate_series(1, 20000)");
    world.db.asOwner("analyze action");
    assertThat(
            plan(
                "select event_id from action where done_at is null and next_attempt_at < now() order by next_attempt_at limit 5000"))
        .contains("action_open")
        .doesNotContain("Seq Scan");
    assertThat(
            plan(
                "select r.id from run r where r.id = any(array[new_id()]) and exists (select from action a"
                    + " where a.event_id = any(r.event_ids) and a.done_at is null and a.next_attempt_at <= now())"))
        .doesNotContain("Seq Scan on action");
  }

  private String plan(String sql) {
    try (Handle handle = world.db.jdbi().open()) {
      return String.join("\n", handle.createQuery("explain " + sql).mapTo(String.class).list());
    }
  }

  private Routed route(int count) {
    return world.event.routing().routePending(10, world.me, planning(count)).orElseThrow();
  }

  private static RoutePlanner planning(int count) {
    List<RoutePlan.Action> planned =
        IntStream.range(0, count)
            .mapToObj(i -> new RoutePlan.Action("t", i, "startWorkflow", PARAMETERS))
            .toList();
    return (events, version, load) ->
        events.stream()
            .map(event -> new RoutePlan(event.id(), List.of("t"), List.of(), planned))
            .toList();
  }

  private List<DueAction> take(Routed routed) {
    return actions.take(List.of(routed.runId()), LEASE, 10);
  }

  private boolean finish(Routed routed) {
    return world.event.runs().finish(List.of(routed.runId()));
  }

  private long openRuns() {
    return world.db.count("run where done_at is null");
  }

  private void lapse() {
    world.db.execute(
        "update action set next_attempt_at = now() - interval '10 s' where done_at is null");
  }
}
