package io.sequitur.bench;

import java.time.Duration;

/**
 * When each event of a load is due: evenly spaced, fixed before the first is sent. Events that are
 * published together are due together.
 *
 * <p>Latencies count from these times, so a server that stalls cannot hide it by slowing the
 * generator down (coordinated omission).
 *
 * @param ratePerSecond events per second, at least 1
 * @param count how many events there are: whole batches, at least one
 * @param batch events that are published together, at least 1
 * @param startNanos when the first is due, on the clock of {@link System#nanoTime}
 */
record Schedule(int ratePerSecond, int count, int batch, long startNanos) {
  private static final double NANOS_PER_SECOND = 1e9;

  Schedule {
    if (ratePerSecond < 1 || batch < 1 || count < 1 || count % batch != 0) {
      throw new IllegalArgumentException("A schedule needs a rate and whole batches");
    }
  }

  static Schedule of(int ratePerSecond, Duration length, int batch, long startNanos) {
    long batches = Math.max(1, ratePerSecond * length.toMillis() / 1000 / batch);
    return new Schedule(ratePerSecond, Math.toIntExact(batches * batch), batch, startNanos);
  }

  long dueNanos(int event) {
    return startNanos + (long) (event / batch * batch * NANOS_PER_SECOND / ratePerSecond);
  }

  /** When the last interval is over: the moment from which a backlog is counted. */
  long endNanos() {
    return dueNanos(count);
  }
}
