package io.sequitur.workflows.delivery;

import java.time.Instant;

/**
 * The receiver answers again, and gets rounds of 1, 2, 4, … attempts until it has all its places
 * back. A round of which more than half fails opens the breaker: that much a few events that the
 * receiver cannot digest do not reach.
 *
 * @param since when the breaker left {@code closed}
 * @param movedAt when this round began
 * @param trips how often it has opened in a row
 * @param places how many attempts this round has
 * @param well how many of them were answered
 * @param failed how many of them failed
 */
public record HalfOpenBreaker(
    Instant since, Instant movedAt, int trips, int places, int well, int failed)
    implements Breaker {

  /** A round of one. */
  public static HalfOpenBreaker first(Instant since, Instant now, int trips) {
    return new HalfOpenBreaker(since, now, trips, 1, 0, 0);
  }

  @Override
  public Breaker after(BreakerSignal signal, Instant startedAt, Instant now, int full) {
    if (startedAt.isBefore(movedAt)) {
      return this;
    }
    return switch (signal) {
      case NOTHING -> this;
      case WELL -> counted(well + 1, failed, now, full);
      case OVERLOADED, FAILED -> counted(well, failed + 1, now, full);
    };
  }

  private Breaker counted(int nowWell, int nowFailed, Instant now, int full) {
    if (nowFailed * 2 > places) {
      return OpenBreaker.of(since, now, trips + 1);
    }
    if (nowWell + nowFailed < places) {
      return new HalfOpenBreaker(since, movedAt, trips, places, nowWell, nowFailed);
    }
    return places * 2 >= full
        ? Breaker.closed()
        : new HalfOpenBreaker(since, now, trips, places * 2, 0, 0);
  }
}
