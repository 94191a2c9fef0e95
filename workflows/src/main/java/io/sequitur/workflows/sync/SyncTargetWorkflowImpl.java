package io.sequitur.workflows.sync;

import io.sequitur.workflows.delivery.DrainNumber;
import io.sequitur.workflows.sync.SyncTarget.Look;
import io.sequitur.workflows.temporal.ActivityPolicies;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.util.Objects;

/**
 * Looks, does what is to be done, then sleeps until something is due or the bell rings. It sleeps
 * or ends only if the bell did not ring since the look began: a ring in between may stand for a
 * change that the look did not see.
 */
public final class SyncTargetWorkflowImpl implements SyncTargetWorkflow {
  // Keeps the history of one run small; the next run goes on from rows alone.
  private static final int LOOKS_PER_RUN = 500;

  private final SyncTarget sync =
      Workflow.newActivityStub(SyncTarget.class, ActivityPolicies.sync());
  private boolean rung;

  @Override
  public void run(SyncTargetRef target) {
    for (int number = 1; number <= LOOKS_PER_RUN; number++) {
      long id = DrainNumber.of(Workflow.getInfo().getRunStartedTimestampMillis(), number);
      rung = false;
      Look look = sync.lookAtTarget(target, id);
      Workflow.setCurrentDetails(look.details());
      switch (look.next()) {
        case NOTICE -> sync.noticeTarget(target, id);
        case WAIT -> sleep(Objects.requireNonNull(look.pause(), "a wait has a length"));
        case END -> {
          if (!rung) {
            return;
          }
        }
      }
    }
    Workflow.continueAsNew(target);
  }

  @Override
  public void ring() {
    rung = true;
  }

  // Not Workflow.await with a time-out: that says false when the bell rang in the same task in
  // which the timer fired.
  private void sleep(Duration wait) {
    if (rung || !wait.isPositive()) {
      return;
    }
    CompletablePromise<Void> due = Workflow.newPromise();
    CancellationScope timing =
        Workflow.newCancellationScope(() -> due.completeFrom(Workflow.newTimer(wait)));
    timing.run();
    Workflow.await(() -> rung || due.isCompleted());
    timing.cancel();
  }
}
