package io.sequitur.db.delivery;

import java.time.Duration;

/** How long a claim lives, and when a webhook counts as in trouble. */
public final class Lease {
  /**
   * A claim lives this much longer than its webhook's time-out: the wait for a permit (at most
   * {@link #PERMIT_WAIT}), the time-out itself and the recording of the result all fit in, so
   * nobody else can send while an attempt is on the wire.
   */
  public static final Duration SLACK = Duration.ofSeconds(10);

  /** An attempt that got no permit within this time gives its claim back. */
  public static final Duration PERMIT_WAIT = Duration.ofSeconds(5);

  /** The strict check passes only while the lease outlives the time-out by this much. */
  public static final Duration MARGIN = Duration.ofSeconds(2);

  /**
   * From so many failures in a row on, a webhook's deliveries are not attempted in groups, only by
   * its own workflow.
   */
  public static final int TROUBLE_AFTER_FAILURES = 5;

  /**
   * So long a replay waits when nothing can be sent with its webhook's configuration, unless that
   * changes before.
   */
  public static final Duration REPLAY_HOLD = Duration.ofMinutes(1);

  private Lease() {}
}
