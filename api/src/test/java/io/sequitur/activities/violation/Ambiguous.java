package io.sequitur.activities.violation;

import io.temporal.activity.ActivityInterface;

/** An activity that two classes claim to be. */
@ActivityInterface
public interface Ambiguous {
  void act();

  /** One of them. */
  final class One implements Ambiguous {
    @Override
    public void act() {}
  }

  /** The other. */
  final class Other implements Ambiguous {
    @Override
    public void act() {}
  }
}
