package io.sequitur.activities.delivery;

import io.grpc.StatusRuntimeException;
import io.sequitur.activities.TemporalErrors;
import io.sequitur.db.Ids;
import io.sequitur.db.delivery.ReplayBells;
import io.sequitur.db.delivery.ReplayStore;
import io.sequitur.workflows.delivery.ReplayRef;
import io.sequitur.workflows.temporal.TaskQueues;
import io.sequitur.workflows.temporal.WorkflowIds;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.UUID;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rings the workflow of a replay that may go on: signal-with-start, without payload. While Temporal
 * is away replays wait: nobody's first delivery hangs on them, and the sweep rings again.
 */
@Singleton
public final class ReplayBell {
  private static final Logger log = LoggerFactory.getLogger(ReplayBell.class);

  /**
   * The in-process test server may answer "already started" or "completed" in the middle of a
   * signal-with-start.
   */
  private static final int TRIES = 3;

  /** A drain says more often than this that it is there. */
  private static final Duration OVERDUE = Duration.ofSeconds(10);

  private final WorkflowClient temporal;
  private final ReplayBells bells;
  private final ReplayStore replays;

  ReplayBell(WorkflowClient temporal, ReplayBells bells, ReplayStore replays) {
    this.temporal = temporal;
    this.bells = bells;
    this.replays = replays;
  }

  /** Rings, whatever the record says. Returns at once. */
  public void ring(Collection<UUID> ids) {
    for (UUID id : ids) {
      ReplayRef replay = new ReplayRef(Ids.replay(id));
      Thread.ofVirtual().name("ring-" + replay.id()).start(() -> ringOne(replay));
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
   * Finds replays that nobody looks at, and those whose webhook is gone.
   *
   * @throws JdbiException when the database is away
   */
  public void sweep() {
    replays.cancelDeleted();
    ring(bells.overdue(OVERDUE));
  }

  private void ringOne(ReplayRef replay) {
    for (int left = TRIES; left > 0; left--) {
      try {
        signal(replay);
        return;
      } catch (WorkflowException | StatusRuntimeException e) {
        log.debug("ringing {} failed, {} tries left", replay, left - 1, e);
        if (TemporalErrors.away(e)) {
          return;
        }
      }
    }
    log.warn("Temporal did not take the ring for {}: the sweep will ring again", replay);
  }

  private void signal(ReplayRef replay) {
    WorkflowOptions options =
        WorkflowOptions.newBuilder()
            .setWorkflowId(WorkflowIds.replay(replay))
            .setTaskQueue(TaskQueues.ENGINE)
            .setStaticSummary("replay " + replay.id())
            .build();
    WorkflowStub stub = temporal.newUntypedWorkflowStub("ReplayWorkflow", options);
    stub.signalWithStart("ring", new Object[0], new Object[] {replay});
  }
}
