package io.sequitur.workflows.event;

import io.sequitur.workflows.delivery.DrainNumber;
import io.sequitur.workflows.event.FireConditions.Fired;
import io.sequitur.workflows.temporal.ActivityPolicies;
import io.sequitur.workflows.temporal.AlarmClock;
import io.temporal.workflow.Workflow;
import java.time.Duration;

/**
 * Fires what is due, then sleeps until the next window is due or the bell rings, and ends when none
 * is open. It sleeps or ends only if the bell did not ring since the firing began: a ring in
 * between may stand for a window that the firing did not see.
 */
public final class ConditionWorkflowImpl implements ConditionWorkflow {
  // Keeps the history of one run small; the next run goes on from rows alone.
  private static final int FIRINGS_PER_RUN = 500;

  private final FireConditions conditions =
      Workflow.newActivityStub(FireConditions.class, ActivityPolicies.fire());
  private final AlarmClock clock = new AlarmClock();

  @Override
  public void run(ConditionRef condition) {
    for (int firing = 1; firing <= FIRINGS_PER_RUN; firing++) {
      clock.listen();
      Fired fired =
          conditions.fireConditions(
              condition, DrainNumber.of(Workflow.getInfo().getRunStartedTimestampMillis(), firing));
      Workflow.setCurrentDetails(details(condition, fired));
      Duration wait = fired.nextDueIn();
      if (wait == null && !clock.rung()) {
        return;
      }
      if (wait != null) {
        clock.sleep(wait);
      }
    }
    Workflow.continueAsNew(condition);
  }

  @Override
  public void ring() {
    clock.ring();
  }

  private static String details(ConditionRef condition, Fired fired) {
    String next =
        fired.nextDueIn() == null
            ? "no window is open"
            : "the next one is due in " + fired.nextDueIn();
    return "condition of trigger "
        + condition.trigger()
        + ": "
        + fired.fired()
        + " windows fired at the last look, "
        + next;
  }
}
