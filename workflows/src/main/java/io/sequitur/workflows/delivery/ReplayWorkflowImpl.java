package io.sequitur.workflows.delivery;

import io.sequitur.workflows.delivery.DrainReplay.Replayed;
import io.sequitur.workflows.temporal.ActivityPolicies;
import io.sequitur.workflows.temporal.AlarmClock;
import io.temporal.workflow.Workflow;
import java.time.Duration;

/**
 * Drains, then sleeps until something can be sent or the bell rings, and ends when nothing comes by
 * itself. It sleeps or ends only if the bell did not ring since the drain began: a ring in between
 * may stand for what the drain did not see.
 */
public final class ReplayWorkflowImpl implements ReplayWorkflow {
  // Keeps the history of one run small; the next run goes on from rows alone.
  private static final int DRAINS_PER_RUN = 500;

  private final DrainReplay delivery =
      Workflow.newActivityStub(DrainReplay.class, ActivityPolicies.replay());
  private final AlarmClock clock = new AlarmClock();

  @Override
  public void run(ReplayRef replay) {
    for (int drain = 1; drain <= DRAINS_PER_RUN; drain++) {
      clock.listen();
      Replayed replayed =
          delivery.drainReplay(
              replay, DrainNumber.of(Workflow.getInfo().getRunStartedTimestampMillis(), drain));
      Workflow.setCurrentDetails(replay.id() + ": " + replayed.progress());
      Duration wait = replayed.nextLookIn();
      if (wait == null && !clock.rung()) {
        return;
      }
      if (wait != null) {
        clock.sleep(wait);
      }
    }
    Workflow.continueAsNew(replay);
  }

  @Override
  public void ring() {
    clock.ring();
  }
}
