package io.sequitur.workflows.delivery;

import java.time.Duration;
import java.time.Instant;

/**
 * Nothing is sent but one probe at its time.
 *
 * @param since when the breaker left {@code closed}
 * @param movedAt when it opened, or the last probe failed
 * @param trips how often it has opened in a row, from 1
 * @param probeAt when the next probe may be sent
 */
public record OpenBreaker(Instant since, Instant movedAt, int trips, Instant probeAt)
    implements Breaker {

  static OpenBreaker of(Instant since, Instant now, int trips) {
    return new OpenBreaker(since, now, trips, now.plus(wait(trips)));
  }

  @Override
  public Breaker after(BreakerSignal signal, Instant startedAt, Instant now, int full) {
    boolean probe = !startedAt.isBefore(movedAt);
    return switch (signal) {
      // Whenever it started: whoever answers now is there now.
      case WELL -> HalfOpenBreaker.first(since, now, trips);
      case NOTHING -> probe ? of(since, now, trips) : this;
      case OVERLOADED, FAILED -> probe ? of(since, now, trips + 1) : this;
    };
  }

  /** From the opening of this number to its probe. */
  static Duration wait(int trips) {
    // More doublings than this are longer than any interval.
    Duration wait = FIRST_PROBE.multipliedBy(1L << Math.min(trips - 1, 20));
    return wait.compareTo(LONGEST_PROBE) < 0 ? wait : LONGEST_PROBE;
  }
}
