package io.sequitur.workflows.cache;

import io.sequitur.workflows.event.Affected;
import io.temporal.activity.ActivityInterface;

/** Step 2. */
@ActivityInterface
public interface InvalidateCache {
  /**
   * Drops what the group's changes made stale; when it returns, nothing older can be used by an
   * attempt that starts.
   */
  void invalidateCache(Affected affected);
}
