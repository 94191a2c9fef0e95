package io.sequitur.activities.violation;

import io.temporal.activity.ActivityInterface;

/** An activity that nobody is. */
@ActivityInterface
public interface NeverWritten {
  void act();
}
