package io.sequitur.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.testing.World;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What the engine asks all the time is answered from an index, however much stands in the tables.
 */
final class PlanTest {
  private final World world = new World();

  PlanTest() {
    world.db.execute(
        "insert into delivery_open (event_id, webhook_uid, webhook, tenant, state, key_id, position, next_attempt_at) "
            + "select new_id(), 1 + n % 20, 'w', 'default', case when n % 4 = 0 then 'pending' else 'waiting' end, n % 500, n, "
            + "case when n % 4 = 0 then now() end from generate_series(1, 20000) n");
    world.db.execute(
        "insert into outbox (event_id, tenant, partition) select new_id(), 'default', n % 64 from generate_series(1, 20000) n");
    world.db.asOwner("analyze delivery_open");
    world.db.asOwner("analyze outbox");
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void dueRowsOfOneWebhook() {
    assertThat(
            plan(
                "select event_id from delivery_open d where d.webhook_uid = 3 and d.next_attempt_at <= now() "
                    + "order by d.next_attempt_at, d.position limit 10"))
        .contains("delivery_open_due")
        .doesNotContain("Seq Scan");
  }

  @Test
  void theHeadOfOneLane() {
    assertThat(
            plan(
                "select event_id from delivery_open o where o.webhook_uid = 3 and o.key_id = 42 order by o.position limit 1"))
        .contains("delivery_open_lane")
        .doesNotContain("Seq Scan");
  }

  @Test
  void theOldestPendingEvents() {
    assertThat(
            plan(
                "select seq from outbox where partition is null or partition = any('{1,2,3}') order by seq limit 256 for update skip locked"))
        .contains("outbox_pkey")
        .doesNotContain("Seq Scan");
  }

  @Test
  void pendingRowsOfNamedEvents() {
    assertThat(plan("select partition from outbox where event_id = any(array[new_id()])"))
        .doesNotContain("Sort");
    assertThat(
            plan(
                "select partition from outbox where event_id = '01900000-0000-7000-8000-000000000000'"))
        .contains("outbox_by_event");
  }

  @Test
  void anEventIsLookedUpInItsDayAlone() {
    assertThat(plan("select body from event where id = '" + world.publish(null) + "'"))
        .doesNotContain("Append");
  }

  private String plan(String sql) {
    try (Handle handle = world.db.jdbi().open()) {
      return String.join("\n", handle.createQuery("explain " + sql).mapTo(String.class).list());
    }
  }
}
