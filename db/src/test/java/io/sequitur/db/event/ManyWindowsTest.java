package io.sequitur.db.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.testing.Conditional;
import io.sequitur.db.testing.World;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A hundred thousand open windows, two thousand of which are due at once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ManyWindowsTest {
  private static final int WINDOWS = 100_000;
  private static final int DUE = 2_000;
  private static final int PORTION = 500;

  /** Begin and commit are none; each takes a whole portion. */
  private static final int STATEMENTS = 5;

  private final World world = new World();
  private final Conditional trigger =
      new Conditional(
          world, "unpaid", world.webhook("w"), world.webhook("ordered", "ordered = true"));

  ManyWindowsTest() {
    long id = trigger.id();
    world.db.execute(
        """
        insert into condition_window (condition_id, key_hash, tenant, trigger, key, event_id, event_seq, opened_at, due_at)
        select ?, md5('k' || n)::uuid, 'default', 'unpaid', 'k' || n,
               case when n <= ? then new_id() else gen_random_uuid() end, n, now(),
               now() + case when n <= ? then interval '-1 min' else interval '1 h' + n * interval '1 s' end
        from generate_series(1, ?) n
        """,
        id,
        DUE,
        DUE,
        WINDOWS);
    // Of another condition, of which some are over: neither may be in anybody's way.
    world.db.execute(
        """
        insert into condition_window (condition_id, key_hash, tenant, trigger, count, opened_at, due_at)
        select 0, md5('k' || n)::uuid, 'default', 'other', 1, now(), now() + (n - 100) * interval '1 s'
        from generate_series(1, 20000) n
        """);
    world.db.execute(
        """
        insert into event (id, tenant, source, ce_id, type, partition_key, body)
        select event_id, 'default', '/s', event_id::text, 'a', 'p' || event_seq % 50, '{}' from condition_window
        where due_at < now() and event_id is not null
        """);
    world.db.execute(
        """
        insert into key_counter (hash, last)
        select digest128('default', '/s', 'p' || n), 1000 from generate_series(0, 49) n
        """);
    world.db.execute(
        """
        insert into routing (event_id, run_id, tenant, sequence, triggers)
        select id, new_id(), 'default', 1, '{}' from event
        """);
  }

  @AfterAll
  void close() {
    world.close();
  }

  @Test
  void whatIsDueFiresInPortionsOfAFewStatements() {
    AtomicInteger statements = new AtomicInteger();
    world
        .db
        .jdbi()
        .setSqlLogger(
            new SqlLogger() {
              @Override
              public void logAfterExecution(StatementContext context) {
                statements.incrementAndGet();
              }
            });
    for (int portion = 0; portion < DUE / PORTION; portion++) {
      assertThat(trigger.fire(PORTION).windows()).isEqualTo(PORTION);
    }
    assertThat(statements.get()).isEqualTo(STATEMENTS * DUE / PORTION);
    assertThat(trigger.fire(PORTION).windows()).isZero();
    assertThat(world.db.count("delivery_open")).isEqualTo(2 * DUE);
    assertThat(trigger.waiting()).isEqualTo(WINDOWS - DUE);
    assertTheNextLookIsThatOfTheEarliest();
  }

  private void assertTheNextLookIsThatOfTheEarliest() {
    world.event.timers().begin(Conditional.TENANT, "unpaid", 1);
    assertThat(world.event.timers().settle(Conditional.TENANT, "unpaid", 1).orElseThrow())
        .isBetween(Duration.ofMinutes(55), Duration.ofMinutes(100));
  }

  @Test
  void everyLookIsAnsweredFromAnIndex() {
    for (String when : new String[] {"never analyzed", "analyzed"}) {
      assertThat(plan(FiringStore.TAKE.replace(":limit", "500")))
          .as(when)
          .contains("condition_window_due")
          .doesNotContain("Seq Scan on condition_window", "Sort Key");
      assertThat(plan(TimerStore.NEXT))
          .as(when)
          .contains("condition_window_due", "Limit")
          .doesNotContain("Seq Scan on condition_window");
      assertThat(plan(TimerStore.OVERDUE.replace(":age", "5000")))
          .as(when)
          .contains("condition_window_due")
          .doesNotContain("Seq Scan on condition_window");
      assertThat(plan(TimerStore.FORGET.replace(":limit", "500")))
          .as(when)
          .contains("condition_window_over")
          .doesNotContain("Seq Scan on condition_window");
      world.db.asOwner("analyze condition_window");
    }
  }

  private String plan(String sql) {
    String explained =
        "explain " + sql.replace(":tenant", "'default'").replace(":trigger", "'unpaid'");
    return world
        .db
        .jdbi()
        .inTransaction(handle -> {
          handle.execute(FiringStore.IN_INDEX_ORDER);
          return String.join("\n", handle.createQuery(explained).mapTo(String.class).list());
        });
  }
}
