package io.sequitur.activities.cache;

import io.sequitur.activities.EngineActivity;
import io.sequitur.activities.delivery.Wakeup;
import io.sequitur.workflows.cache.InvalidateCache;
import io.sequitur.workflows.event.Affected;
import jakarta.inject.Singleton;

/**
 * Step 2 of a group's workflow. Whoever routed the group has run one in that transaction; a group
 * with changes of the catalogue in it asks again, as it may have been routed by a process that died
 * before it freed anything. Then what waited for such a change goes on. Every other group has
 * nothing to ask.
 */
@Singleton
final class InvalidateCacheActivity implements InvalidateCache, EngineActivity {
  private final StepTwo stepTwo;
  private final Wakeup wakeup;

  InvalidateCacheActivity(StepTwo stepTwo, Wakeup wakeup) {
    this.stepTwo = stepTwo;
    this.wakeup = wakeup;
  }

  @Override
  public void invalidateCache(Affected affected) {
    if (!affected.changedWebhooks().isEmpty()) {
      stepTwo.run();
      stepTwo.free(affected.changedWebhooks());
      wakeup.changed(affected.changedWebhooks());
    }
  }
}
