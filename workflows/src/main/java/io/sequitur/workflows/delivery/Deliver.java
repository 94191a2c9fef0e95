package io.sequitur.workflows.delivery;

import io.sequitur.workflows.event.Affected;
import io.temporal.activity.ActivityInterface;

/** Step 3. */
@ActivityInterface
public interface Deliver {
  /**
   * Makes the first attempts that this process has claimed, and waits for them at most a second:
   * those still on the wire record their own result. What fails, or cannot be attempted now, stands
   * as a row for the webhook's workflow.
   */
  void deliver(Affected affected);
}
