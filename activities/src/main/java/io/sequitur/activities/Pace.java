package io.sequitur.activities;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A shortest time between the beginnings of two groups that wait for it: a group costs the same for
 * one item as for ten. What comes alone begins at once. For one thread.
 */
public final class Pace implements Batcher.Linger {
  private final long interval;
  private long last;

  public Pace(Duration interval) {
    this.interval = interval.toNanos();
    this.last = System.nanoTime() - this.interval;
  }

  /** Returns when the next group may begin. */
  public void await() {
    LockSupport.parkNanos(last + interval - System.nanoTime());
    last = System.nanoTime();
  }

  /** With company or without. */
  @Override
  public void await(boolean company) {
    await();
  }
}
