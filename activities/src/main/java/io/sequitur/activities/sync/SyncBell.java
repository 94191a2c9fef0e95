package io.sequitur.activities.sync;

import io.grpc.StatusRuntimeException;
import io.sequitur.activities.TemporalErrors;
import io.sequitur.db.sync.SyncStore;
import io.sequitur.workflows.sync.SyncTargetRef;
import io.sequitur.workflows.temporal.TaskQueues;
import io.sequitur.workflows.temporal.WorkflowIds;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rings the workflow of a sync target: signal-with-start, without payload. What nobody rang for,
 * the sweep finds.
 */
@Singleton
public final class SyncBell {
  private static final Logger log = LoggerFactory.getLogger(SyncBell.class);

  /**
   * The in-process test server may answer "already started" or "completed" in the middle of a
   * signal-with-start.
   */
  private static final int TRIES = 3;

  private static final Duration OVERDUE = Duration.ofSeconds(5);

  private final WorkflowClient temporal;
  private final SyncStore store;

  SyncBell(WorkflowClient temporal, SyncStore store) {
    this.temporal = temporal;
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
    Thread.ofVirtual().name("ring-" + WorkflowIds.sync(target)).start(() -> ringOne(target));
  }

  private void ringOne(long target) {
    for (int left = TRIES; left > 0; left--) {
      try {
        signal(target);
        return;
      } catch (WorkflowException | StatusRuntimeException e) {
        log.debug("ringing sync target {} failed, {} tries left", target, left - 1, e);
        if (TemporalErrors.away(e)) {
          break;
        }
      }
    }
    log.warn("Temporal did not take the ring for sync target {}: the sweep rings again", target);
  }

  private void signal(long target) {
    WorkflowOptions options =
        WorkflowOptions.newBuilder()
            .setWorkflowId(WorkflowIds.sync(target))
            .setTaskQueue(TaskQueues.ENGINE)
            .setStaticSummary("notices of sync target " + target)
            .build();
    WorkflowStub stub = temporal.newUntypedWorkflowStub("SyncTargetWorkflow", options);
    stub.signalWithStart("ring", new Object[0], new Object[] {new SyncTargetRef(target)});
  }
}
