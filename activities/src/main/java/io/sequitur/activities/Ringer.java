package io.sequitur.activities;

import io.grpc.StatusRuntimeException;
import io.sequitur.workflows.temporal.TaskQueues;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowOptions;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rings workflows that look at rows: signal-with-start, so one that has ended begins again. The
 * signal says nothing; what is to be done stands in the rows, and a ring that is lost is made again
 * by the sweep.
 */
@Singleton
public final class Ringer {
  private static final Logger log = LoggerFactory.getLogger(Ringer.class);

  /**
   * The in-process test server may answer "already started" or "completed" in the middle of a
   * signal-with-start.
   */
  private static final int TRIES = 3;

  private final WorkflowClient temporal;
  private volatile boolean stopped;

  Ringer(WorkflowClient temporal) {
    this.temporal = temporal;
  }

  /**
   * The workflow to ring.
   *
   * @param type its type's name
   * @param summary for readers of Temporal's UI
   * @param argument what it is started with, where it does not run
   */
  public record Bell(String type, String workflowId, String summary, Object argument) {}

  /** Rings, and returns at once. */
  public void ring(Bell bell) {
    ring(bell, () -> log.debug("Temporal is away: the sweep will ring {} again", bell.workflowId));
  }

  /**
   * Rings, and returns at once.
   *
   * @param away what to do when Temporal is away, but not in a process that stops: it has nobody
   *     left to do it, and the sweep of another one rings again
   */
  public void ring(Bell bell, Runnable away) {
    Thread.ofVirtual().name("ring-" + bell.workflowId).start(() -> tryToRing(bell, away));
  }

  /**
   * Ends the workflow, where it runs, and rings; returns at once. For one that does not move,
   * whoever lost its task: rows say what is to be done, so nothing is lost with it.
   */
  public void beginAnew(Bell bell) {
    Thread.ofVirtual()
        .name("begin-anew-" + bell.workflowId)
        .start(() -> {
          try {
            temporal.newUntypedWorkflowStub(bell.workflowId).terminate("It did not move.");
          } catch (WorkflowException | StatusRuntimeException e) {
            log.debug("{} cannot be ended: it may have done so itself", bell.workflowId, e);
          }
          tryToRing(bell, () -> {});
        });
  }

  private void tryToRing(Bell bell, Runnable away) {
    for (int left = TRIES; left > 0; left--) {
      try {
        signal(bell);
        return;
      } catch (WorkflowException | StatusRuntimeException e) {
        log.debug("ringing {} failed, {} tries left", bell.workflowId, left - 1, e);
        if (TemporalErrors.away(e)) {
          if (!stopped) {
            away.run();
          }
          return;
        }
      }
    }
    log.warn("Temporal did not take the ring for {}: the sweep will ring again", bell.workflowId);
  }

  private void signal(Bell bell) {
    WorkflowOptions options =
        WorkflowOptions.newBuilder()
            .setWorkflowId(bell.workflowId)
            .setTaskQueue(TaskQueues.ENGINE)
            .setStaticSummary(bell.summary)
            .build();
    temporal
        .newUntypedWorkflowStub(bell.type, options)
        .signalWithStart("ring", new Object[0], new Object[] {bell.argument});
  }

  @PreDestroy
  void stop() {
    stopped = true;
  }
}
