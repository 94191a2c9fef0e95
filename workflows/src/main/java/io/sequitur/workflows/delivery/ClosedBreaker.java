package io.sequitur.workflows.delivery;

import java.time.Instant;

/**
 * All is well, as far as is known.
 *
 * @param failures in a row
 */
public record ClosedBreaker(int failures) implements Breaker {
  @Override
  public Breaker after(BreakerSignal signal, Instant startedAt, Instant now, int full) {
    return switch (signal) {
      case NOTHING -> this;
      case WELL -> failures == 0 ? this : Breaker.closed();
      // A receiver that asks for less gets less at once, and more with every round it takes.
      case OVERLOADED -> HalfOpenBreaker.first(now, now, 0);
      case FAILED ->
          failures + 1 < OPENS_AFTER
              ? new ClosedBreaker(failures + 1)
              : OpenBreaker.of(now, now, 1);
    };
  }
}
