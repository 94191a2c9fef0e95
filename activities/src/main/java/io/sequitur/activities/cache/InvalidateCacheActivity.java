package io.sequitur.activities.cache;

import io.sequitur.activities.EngineActivity;
import io.sequitur.workflows.cache.InvalidateCache;
import io.sequitur.workflows.event.Affected;
import jakarta.inject.Singleton;

/**
 * Step 2 of a group's workflow. Whoever routed the group has run one in that transaction; a group
 * with changes of the catalogue in it asks again, as it may have been routed by a process that died
 * before it freed anything. Every other group has nothing to ask.
 */
@Singleton
final class InvalidateCacheActivity implements InvalidateCache, EngineActivity {
  private final StepTwo stepTwo;

  InvalidateCacheActivity(StepTwo stepTwo) {
    this.stepTwo = stepTwo;
  }

  @Override
  public void invalidateCache(Affected affected) {
    if (!affected.changedWebhooks().isEmpty()) {
      stepTwo.run();
      stepTwo.free(affected.changedWebhooks());
    }
  }
}
