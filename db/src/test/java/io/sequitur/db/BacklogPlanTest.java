package io.sequitur.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.delivery.DeliveryStores;
import io.sequitur.db.testing.Plans;
import io.sequitur.db.testing.World;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A claim costs what it takes, however much is due, also when the planner has just counted that: it
 * believes that a limit it does not know lets a tenth through.
 */
final class BacklogPlanTest {
  private static final int BACKLOG = 20_000;
  private static final int CLAIMED = 10;

  private final World world = new World();
  private final Plans plans = new Plans(world.db);
  private final DeliveryStores delivery = DeliveryStores.of(plans.jdbi());

  @AfterEach
  void close() {
    plans.close();
    world.close();
  }

  @Test
  void aClaimFromALargeBacklogReadsWhatItClaims() {
    long webhook = world.webhook("behind");
    world.db.execute(
        """
        with made as (
          insert into event (id, tenant, source, ce_id, type, body)
          select new_id(), 'default', '/test', n::text, 't', '{}' from generate_series(1, %d) n returning id
        )
        insert into delivery_open (event_id, webhook_uid, webhook, tenant, state, next_attempt_at)
        select id, %d, 'behind', 'default', 'pending', now() - interval '1 min' from made
        """
            .formatted(BACKLOG, webhook));
    world.db.asOwner("analyze delivery_open");
    assertThat(
            plans.of(() ->
                assertThat(delivery.claims().claimDue(webhook, world.me, CLAIMED))
                    .hasSize(CLAIMED)))
        .isNotEmpty()
        .allSatisfy(plan ->
            assertThat(Plans.mostRows(plan)).as(plan).isLessThanOrEqualTo(CLAIMED * CLAIMED));
  }
}
