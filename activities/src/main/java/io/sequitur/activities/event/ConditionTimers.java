package io.sequitur.activities.event;

import io.grpc.StatusRuntimeException;
import io.sequitur.activities.TemporalErrors;
import io.sequitur.db.event.Opened;
import io.sequitur.db.event.TimerStore;
import io.sequitur.db.event.TimerStore.Timer;
import io.sequitur.workflows.event.ConditionRef;
import io.sequitur.workflows.temporal.TaskQueues;
import io.sequitur.workflows.temporal.WorkflowIds;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rings the workflow that waits for a trigger's windows: signal-with-start, without payload. When
 * Temporal is away, what is due is fired from here; the sweep rings for whatever stays due.
 */
@Singleton
public final class ConditionTimers {
  private static final Logger log = LoggerFactory.getLogger(ConditionTimers.class);

  /**
   * The in-process test server may answer "already started" or "completed" in the middle of a
   * signal-with-start.
   */
  private static final int TRIES = 3;

  private static final Duration OVERDUE = Duration.ofSeconds(5);

  /** Windows that a sweep forgets: more than can end between two of them for long. */
  private static final int FORGOTTEN = 20_000;

  private final WorkflowClient temporal;
  private final TimerStore timers;
  private final Firings firings;

  ConditionTimers(WorkflowClient temporal, TimerStore timers, Firings firings) {
    this.temporal = temporal;
    this.timers = timers;
    this.firings = firings;
  }

  /** Windows were opened: rings where nobody is going to look that early. */
  void opened(Collection<Opened> opened) {
    if (!opened.isEmpty()) {
      ring(timers.due(opened));
    }
  }

  /**
   * Finds windows that are due and that nobody fires, and drops those that are over.
   *
   * @throws JdbiException when the database is away
   */
  public void sweep() {
    ring(timers.overdue(OVERDUE));
    timers.forget(FORGOTTEN);
  }

  private void ring(List<Timer> due) {
    for (Timer timer : due) {
      ConditionRef condition = new ConditionRef(timer.tenant(), timer.trigger());
      Thread.ofVirtual()
          .name("ring-" + WorkflowIds.condition(condition))
          .start(() -> ringOne(condition));
    }
  }

  private void ringOne(ConditionRef condition) {
    for (int left = TRIES; left > 0; left--) {
      try {
        signal(condition);
        return;
      } catch (WorkflowException | StatusRuntimeException e) {
        log.debug("ringing for {} failed, {} tries left", condition, left - 1, e);
        if (TemporalErrors.away(e)) {
          fireHere(condition);
          return;
        }
      }
    }
    log.warn("Temporal did not take the ring for {}: the sweep will ring again", condition);
  }

  private void fireHere(ConditionRef condition) {
    try {
      int fired = firings.fire(condition, soFar -> {});
      if (fired > 0) {
        log.info("fired {} windows of {} without Temporal", fired, condition.trigger());
      }
    } catch (JdbiException e) {
      log.warn("firing {} was given up: {}", condition, e.getMessage());
    }
  }

  private void signal(ConditionRef condition) {
    WorkflowOptions options =
        WorkflowOptions.newBuilder()
            .setWorkflowId(WorkflowIds.condition(condition))
            .setTaskQueue(TaskQueues.ENGINE)
            .setStaticSummary("waits for what should follow, for trigger " + condition.trigger())
            .build();
    WorkflowStub stub = temporal.newUntypedWorkflowStub("ConditionWorkflow", options);
    stub.signalWithStart("ring", new Object[0], new Object[] {condition});
  }
}
