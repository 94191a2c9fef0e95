package io.sequitur.activities.cache;

import io.sequitur.activities.EngineActivity;
import io.sequitur.activities.delivery.Wakeup;
import io.sequitur.activities.webhook.CompiledWebhooks;
import io.sequitur.workflows.cache.InvalidateCache;
import io.sequitur.workflows.event.Affected;
import jakarta.inject.Singleton;

/**
 * Step 2. What is compiled here is versioned, and every attempt asks for the current version, so
 * there is nothing stale to drop for correctness: entries that configuration events made useless
 * are freed. What waited for such a change goes on.
 */
@Singleton
final class InvalidateCacheActivity implements InvalidateCache, EngineActivity {
  private final CompiledWebhooks webhooks;
  private final Wakeup wakeup;

  InvalidateCacheActivity(CompiledWebhooks webhooks, Wakeup wakeup) {
    this.webhooks = webhooks;
    this.wakeup = wakeup;
  }

  @Override
  public void invalidateCache(Affected affected) {
    webhooks.drop(affected.changedWebhooks());
    if (!affected.changedWebhooks().isEmpty()) {
      wakeup.changed(affected.changedWebhooks());
    }
  }
}
