package io.sequitur.workflows.temporal;

import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Workflow;
import java.time.Duration;

/**
 * Wakes a workflow when something is due, or when somebody rings. A look at the rows begins with
 * {@link #listen}: a ring that comes after it may stand for what the look did not see, so nobody
 * sleeps or ends before another look.
 */
public final class AlarmClock {
  private boolean rung;

  /** Somebody rings. */
  public void ring() {
    rung = true;
  }

  /** Forgets earlier rings: what they stood for is looked at now. */
  public void listen() {
    rung = false;
  }

  /** Whether somebody rang since {@link #listen}. */
  public boolean rung() {
    return rung;
  }

  /** Sleeps on a durable timer, but not once somebody rang, nor longer than until then. */
  public void sleep(Duration wait) {
    if (rung || !wait.isPositive()) {
      return;
    }
    // Not Workflow.await with a time-out: that says false when the bell rang in the same task in
    // which the timer fired.
    CompletablePromise<Void> due = Workflow.newPromise();
    CancellationScope timing =
        Workflow.newCancellationScope(() -> due.completeFrom(Workflow.newTimer(wait)));
    timing.run();
    Workflow.await(() -> rung || due.isCompleted());
    timing.cancel();
  }
}
