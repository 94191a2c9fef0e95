package io.sequitur.workflows.sync;

import io.sequitur.workflows.event.Affected;
import io.temporal.activity.ActivityInterface;

/** Step 4. */
@ActivityInterface
public interface NotifyTargets {
  /** Carries out the group's other actions, and ends its runs when none is left open. */
  void notifyTargets(Affected affected);
}
