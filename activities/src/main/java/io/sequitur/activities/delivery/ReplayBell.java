package io.sequitur.activities.delivery;

import io.sequitur.activities.Ringer;
import io.sequitur.activities.Ringer.Bell;
import io.sequitur.db.Ids;
import io.sequitur.db.delivery.ReplayBells;
import io.sequitur.db.delivery.ReplayStore;
import io.sequitur.workflows.delivery.ReplayRef;
import io.sequitur.workflows.temporal.WorkflowIds;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.UUID;
import org.jdbi.v3.core.JdbiException;

/**
 * Rings the workflow of a replay that may go on. While Temporal is away replays wait: nobody's
 * first delivery hangs on them, and the sweep rings again.
 */
@Singleton
public final class ReplayBell {
  /** A drain says more often than this that it is there. */
  private static final Duration OVERDUE = Duration.ofSeconds(10);

  private final Ringer ringer;
  private final ReplayBells bells;
  private final ReplayStore replays;

  ReplayBell(Ringer ringer, ReplayBells bells, ReplayStore replays) {
    this.ringer = ringer;
    this.bells = bells;
    this.replays = replays;
  }

  /** Rings, whatever the record says. Returns at once. */
  public void ring(Collection<UUID> ids) {
    for (UUID id : ids) {
      ReplayRef replay = new ReplayRef(Ids.replay(id));
      ringer.ring(
          new Bell("ReplayWorkflow", WorkflowIds.replay(replay), "replay " + replay.id(), replay));
    }
  }

  /**
   * These webhooks have changed: replays that were held may go on.
   *
   * @throws JdbiException when the database is away
   */
  void changed(Collection<Long> webhooks) {
    ring(bells.changed(webhooks));
  }

  /**
   * Ends replays whose webhook is gone.
   *
   * @throws JdbiException when the database is away
   */
  public void cancelDeleted() {
    replays.cancelDeleted();
  }

  /**
   * Finds replays that nobody looks at.
   *
   * @throws JdbiException when the database is away
   */
  public void sweep() {
    ring(bells.overdue(OVERDUE));
  }
}
