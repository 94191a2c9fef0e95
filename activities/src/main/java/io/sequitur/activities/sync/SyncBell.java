package io.sequitur.activities.sync;

import io.sequitur.activities.Ringer;
import io.sequitur.activities.Ringer.Bell;
import io.sequitur.db.sync.SyncStore;
import io.sequitur.workflows.sync.SyncTargetRef;
import io.sequitur.workflows.temporal.WorkflowIds;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rings the workflow of a sync target. What nobody rang for, the sweep finds. */
@Singleton
public final class SyncBell {
  private static final Logger log = LoggerFactory.getLogger(SyncBell.class);

  private static final Duration OVERDUE = Duration.ofSeconds(5);

  private final Ringer ringer;
  private final SyncStore store;

  SyncBell(Ringer ringer, SyncStore store) {
    this.ringer = ringer;
    this.store = store;
  }

  /**
   * Finds targets that somebody should look at, and rings for them.
   *
   * @throws org.jdbi.v3.core.JdbiException when the database is away
   */
  public void sweep() {
    store.forgotten(OVERDUE).forEach(this::ring);
  }

  /** Rings, whatever the record says. Returns at once. */
  void ring(long target) {
    String id = WorkflowIds.sync(target);
    ringer.ring(
        new Bell(
            "SyncTargetWorkflow",
            id,
            "notices of sync target " + target,
            new SyncTargetRef(target)),
        () -> log.warn("Temporal is away: notices of {} wait until it is back", id));
  }
}
