package io.sequitur.workflows.event;

import io.temporal.activity.ActivityInterface;

/** Step 1. */
@ActivityInterface
public interface QueryAffected {
  /**
   * Routes what of the group is not routed yet, and says what the group touches. Doing it again
   * changes nothing.
   */
  Affected queryAffected(EventGroup group);
}
