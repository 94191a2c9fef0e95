package io.sequitur.activities.sync;

import io.sequitur.activities.Ringer;
import io.sequitur.activities.Ringer.Bell;
import io.sequitur.db.sync.SyncStore;
import io.sequitur.workflows.sync.SyncTargetRef;
import io.sequitur.workflows.temporal.WorkflowIds;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rings the workflow of a sync target. What nobody rang for, the sweep finds. */
@Singleton
public final class SyncBell {
  private static final Logger log = LoggerFactory.getLogger(SyncBell.class);

  private static final Duration OVERDUE = Duration.ofSeconds(5);

  /** Longer than a look or a notice takes, at their worst: nobody is at it. */
  private static final Duration STUCK = Duration.ofSeconds(45);

  /** Where everything takes this long, beginning anew is no help. */
  private static final Duration ANEW_AGAIN = Duration.ofMinutes(2);

  private final Ringer ringer;
  private final SyncStore store;
  private final Map<Long, Long> begunAnew = new HashMap<>();

  SyncBell(Ringer ringer, SyncStore store) {
    this.ringer = ringer;
    this.store = store;
  }

  /**
   * Finds targets that somebody should look at, and rings for them. A workflow that does not move
   * though it was rung is begun anew. By one thread at a time.
   *
   * @throws org.jdbi.v3.core.JdbiException when the database is away
   */
  public void sweep() {
    List<Long> forgotten = store.forgotten(OVERDUE);
    forgotten.forEach(this::ring);
    begunAnew.keySet().retainAll(forgotten);
    if (!forgotten.isEmpty()) {
      store.overdue(STUCK).forEach(this::beginAnew);
    }
  }

  private void beginAnew(long target) {
    long now = System.nanoTime();
    Long before = begunAnew.get(target);
    if (before == null || now - before > ANEW_AGAIN.toNanos()) {
      begunAnew.put(target, now);
      log.warn("{} does not move: it is begun anew", WorkflowIds.sync(target));
      ringer.beginAnew(bell(target));
    }
  }

  /** Rings, whatever the record says. Returns at once. */
  void ring(long target) {
    Bell bell = bell(target);
    ringer.ring(
        bell,
        () -> log.warn("Temporal is away: notices of {} wait until it is back", bell.workflowId()));
  }

  private static Bell bell(long target) {
    return new Bell(
        "SyncTargetWorkflow",
        WorkflowIds.sync(target),
        "notices of sync target " + target,
        new SyncTargetRef(target));
  }
}
