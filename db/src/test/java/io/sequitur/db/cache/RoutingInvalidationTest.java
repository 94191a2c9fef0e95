package io.sequitur.db.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.event.RoutePlan;
import io.sequitur.db.event.RoutePlanner;
import io.sequitur.db.event.Routed;
import io.sequitur.db.testing.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Routing and step 2: nothing that follows from a change is routed before its epoch is raised. */
final class RoutingInvalidationTest {
  private final World world = new World();
  private final Map<String, String> versions = new HashMap<>();
  private final List<String> loaded = new ArrayList<>();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void changeThatIsPendingIsRaisedByTheRoutingThatFollowsFromIt() {
    long webhook = world.webhook("w");
    world.publish(null);
    String before = route(webhook);
    world.db.execute("update webhook set filter = 'true' where uid = ?", webhook);
    assertThat(world.db.count("invalidation")).isPositive();
    String after = route(webhook);
    assertThat(world.db.count("invalidation")).isZero();
    assertThat(after).isNotEqualTo(before);
    assertThat(route(webhook)).as("nothing was changed").isEqualTo(after);
  }

  @Test
  void routingThatIsRolledBackRaisesNothingAndItsNumbersAreNeverUsed() {
    long webhook = world.webhook("w");
    world.db.execute("update webhook set filter = 'true' where uid = ?", webhook);
    world.publish(null);
    List<String> seen = new ArrayList<>();
    org.assertj.core.api.Assertions.assertThatIllegalStateException()
        .isThrownBy(() ->
            world
                .event
                .routing()
                .routePending(
                    10,
                    world.me,
                    (events, current, load) -> {
                      seen.addAll(current.values());
                      throw new IllegalStateException("broken");
                    }));
    assertThat(world.db.count("invalidation")).isPositive();
    assertThat(route(webhook)).isNotIn(seen);
  }

  @Test
  void stepTwoThatIsUnderWayIsWaitedForAndWhatItCouldNotSeeIsTaken() throws Exception {
    long webhook = world.webhook("w");
    world.db.execute("update webhook set filter = 'true' where uid = ?", webhook);
    Handle first = world.db.open();
    Stale one = InvalidationStore.drain(first);
    assertThat(one.webhooks()).containsExactly(webhook);
    world.db.execute("update webhook set filter = 'false' where uid = ?", webhook);
    Thread second =
        Thread.ofVirtual().start(() -> world.db.jdbi().useTransaction(InvalidationStore::drain));
    world.db.awaitWaiterOn(first);
    first.commit().close();
    second.join();
    assertThat(world.db.count("invalidation")).isZero();
  }

  @Test
  void writerOfTheCatalogueHoldsNothingThatStepTwoOrAnotherWriterWaitsFor() {
    long one = world.webhook("one");
    long two = world.webhook("two");
    world.db.jdbi().useTransaction(InvalidationStore::drain);
    try (Handle open = world.db.open()) {
      open.execute(
          "insert into webhook_header (webhook_uid, ordinal, name, value) values (?, 0, 'X', 'y')",
          one);
      world.db.execute(
          "set lock_timeout = '1s'; insert into webhook_header (webhook_uid, ordinal, name, value) values ("
              + two
              + ", 0, 'X', 'y')");
      Stale stale =
          world
              .db
              .jdbi()
              .inTransaction(handle -> {
                handle.execute("set local lock_timeout = '1s'");
                return InvalidationStore.drain(handle);
              });
      assertThat(stale.webhooks()).containsExactly(two);
      open.rollback();
    }
  }

  @Test
  void anotherTenantsChangesLeaveTheRulesOfThisOne() {
    long webhook = world.webhook("w");
    String before = route(webhook);
    world.db.execute("insert into trigger (tenant, name, events) values ('other', 't', '{}')");
    assertThat(route(webhook)).isEqualTo(before);
  }

  // Publishes and routes one event; the version its tenant's rules had.
  private String route(long webhook) {
    world.takeChanges();
    world.publish(null);
    RoutePlanner planner =
        (events, current, load) -> {
          versions.putAll(current);
          loaded.addAll(current.keySet());
          List<RoutePlan> plans = World.to(webhook).plan(events, current, load);
          return plans;
        };
    Routed routed = world.event.routing().routePending(100, world.me, planner).orElseThrow();
    assertThat(routed.events()).isNotEmpty();
    return String.valueOf(versions.get("default"));
  }
}
