package io.sequitur.workflows.sync;

import io.sequitur.workflows.delivery.DrainNumber;
import io.sequitur.workflows.sync.SyncTarget.Look;
import io.sequitur.workflows.temporal.ActivityPolicies;
import io.sequitur.workflows.temporal.AlarmClock;
import io.temporal.workflow.Workflow;
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
  private final AlarmClock clock = new AlarmClock();

  @Override
  public void run(SyncTargetRef target) {
    for (int number = 1; number <= LOOKS_PER_RUN; number++) {
      long id = DrainNumber.of(Workflow.getInfo().getRunStartedTimestampMillis(), number);
      clock.listen();
      Look look = sync.lookAtTarget(target, id);
      Workflow.setCurrentDetails(look.details());
      switch (look.next()) {
        case NOTICE -> sync.noticeTarget(target, id);
        case WAIT -> clock.sleep(Objects.requireNonNull(look.pause(), "a wait has a length"));
        case END -> {
          if (!clock.rung()) {
            return;
          }
        }
      }
    }
    Workflow.continueAsNew(target);
  }

  @Override
  public void ring() {
    clock.ring();
  }
}
