package io.sequitur.bench;

import java.time.Duration;

/**
 * When each event of a load is due: evenly spaced, fixed before the first is sent.
 *
 * <p>Latencies count from these times, so a server that stalls cannot hide it by slowing the
 * generator down (coordinated omission).
 *
 * @param ratePerSecond events per second, at least 1
 * @param count how many events there are, at least 1
 * @param startNanos when the first is due, on the clock of {@link System#nanoTime}
 */
record Schedule(int ratePerSecond, int count, long startNanos) {
  private static final double NANOS_PER_SECOND = 1e9;

  Schedule {
    if (ratePerSecond < 1 || count < 1) {
      throw new IllegalArgumentException("A schedule needs a rate and a count of at least 1");
    }
  }

  static Schedule of(int ratePerSecond, Duration length, long startNanos) {
    long count = Math.max(1, ratePerSecond * length.toMillis() / 1000);
    return new Schedule(ratePerSecond, Math.toIntExact(count), startNanos);
  }

  long dueNanos(int event) {
    return startNanos + (long) (event * NANOS_PER_SECOND / ratePerSecond);
  }

  /** When the last interval is over: the moment from which a backlog is counted. */
  long endNanos() {
    return dueNanos(count);
  }
}
