package io.sequitur.db.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.event.TimerStore.Timer;
import io.sequitur.db.testing.Conditional;
import io.sequitur.db.testing.World;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TimerTest {
  private static final Duration WITHIN = Duration.ofMinutes(5);
  private static final String TENANT = Conditional.TENANT;
  private static final String NAME = "unpaid";
  private static final int ALL = 1_000;

  private final World world = new World();
  private final TimerStore timers = world.event.timers();
  private final Conditional trigger = new Conditional(world, NAME);
  private final RoutePlanner waiting = trigger.waiting(WITHIN);

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void onlyTheFirstWindowHasToRing() {
    assertThat(timers.due(opened("a", "x"))).containsExactly(new Timer(TENANT, NAME));
    assertThat(timers.due(opened("a", "y"))).isEmpty();
  }

  @Test
  void afterAFiringTheNextLookIsThatOfTheEarliestWindow() {
    opened("a", "x");
    trigger.pass(Duration.ofMinutes(4));
    opened("a", "y");
    assertThat(timers.begin(TENANT, NAME, 1)).isTrue();
    assertThat(timers.settle(TENANT, NAME, 1).orElseThrow())
        .isBetween(Duration.ofSeconds(30), Duration.ofMinutes(1));
    assertThat(timers.due(opened("a", "z"))).as("somebody looks earlier").isEmpty();
  }

  @Test
  void afterTheLastWindowNobodyLooksAnyMore() {
    opened("a", "x");
    opened("b", "x");
    timers.begin(TENANT, NAME, 1);
    assertThat(timers.settle(TENANT, NAME, 1)).isEmpty();
    assertThat(timers.due(opened("a", "y"))).containsExactly(new Timer(TENANT, NAME));
  }

  @Test
  void anEarlierFiringThatWakesUpChangesNothing() {
    opened("a", "x");
    assertThat(timers.begin(TENANT, NAME, 2)).isTrue();
    assertThat(timers.begin(TENANT, NAME, 1)).isFalse();
    timers.settle(TENANT, NAME, 2);
    String before = nextLook();
    trigger.pass(Duration.ofMinutes(1));
    timers.settle(TENANT, NAME, 1);
    assertThat(nextLook()).isEqualTo(before);
  }

  // Else a window could be opened that the firing did not see and whose opener did not ring.
  @Test
  void whoOpensAWindowWhileAFiringEndsRings() throws Exception {
    timers.begin(TENANT, NAME, 1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Handle ending = world.db.open()) {
      ending.execute("select 1 from condition_timer where trigger = ? for update", NAME);
      List<Opened> opened = opened("a", "x");
      Future<List<Timer>> ringing = threads.submit(() -> timers.due(opened));
      world.db.awaitWaiterOn(ending);
      ending.execute("update condition_timer set next_look = null where trigger = ?", NAME);
      ending.commit();
      assertThat(ringing.get()).hasSize(1);
    }
  }

  @Test
  void theSweepFindsWindowsThatNobodyFired() {
    opened("a", "x");
    assertThat(timers.overdue(Duration.ofSeconds(5))).isEmpty();
    trigger.pass(WITHIN.plusSeconds(6));
    assertThat(timers.overdue(Duration.ofSeconds(5))).containsExactly(new Timer(TENANT, NAME));
  }

  @Test
  void theSweepForgetsWhatIsOverAndNothingElse() {
    opened("a", "waits");
    trigger.send("t", "counts", null, trigger.counting(3, Duration.ofHours(1)));
    trigger.send("t", "ended", null, trigger.counting(3, Duration.ofMillis(1)));
    opened("b", "closed");
    assertThat(world.db.count("condition_window")).isEqualTo(4);
    world.db.execute("update condition_window set due_at = now() where key in ('ended', 'closed')");
    timers.forget(ALL);
    assertThat(
            world.db.value(
                String.class, "select string_agg(key, ' ' order by key) from condition_window"))
        .isEqualTo("counts waits");
  }

  @Test
  void theDayOfAnEventThatWaitsIsKept() {
    for (String table : List.of("event", "routing", "delivery_done", "attempt")) {
      world.db.asOwner(
          "create table "
              + table
              + "_20250101 partition of "
              + table
              + " for values from (first_id_at('2025-01-01Z')) to (first_id_at('2025-01-02Z'))");
    }
    String old = "(select (first_id_at('2025-01-01T12:00Z')))";
    world.db.execute(
        "insert into condition_window (condition_id, key_hash, tenant, trigger, event_id, opened_at, due_at) values (1, new_id(), 'default', 'unpaid', "
            + old
            + ", now(), now() + interval '1 day')");
    String drop = "select drop_partitions(interval '30 days')";
    assertThat(world.db.value(Integer.class, drop)).isZero();
    world.db.execute("delete from condition_window");
    assertThat(world.db.value(Integer.class, drop)).isEqualTo(1);
  }

  private String nextLook() {
    return world.db.value(String.class, "select next_look::text from condition_timer");
  }

  private List<Opened> opened(String type, String subject) {
    UUID id = Conditional.publish(world, type, subject, null);
    return world.event.routing().route(List.of(id), world.me, waiting).orElseThrow().opened();
  }

  @Test
  void aPastDueTimeIsNoNegativeWait() {
    opened("a", "x");
    trigger.pass(Duration.ofHours(1));
    timers.begin(TENANT, NAME, 1);
    assertThat(timers.settle(TENANT, NAME, 1)).contains(Duration.ZERO);
  }
}
