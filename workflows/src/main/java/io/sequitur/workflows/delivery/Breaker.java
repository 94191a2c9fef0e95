package io.sequitur.workflows.delivery;

import java.time.Duration;
import java.time.Instant;

/**
 * How much a webhook's receiver is trusted, moved by the results of attempts only. What the breaker
 * holds back waits, in its order, and uses up no retries.
 *
 * <p>Attempts that started before the breaker's last move say nothing about it: they were sent by
 * what was known before.
 */
public sealed interface Breaker permits ClosedBreaker, OpenBreaker, HalfOpenBreaker {
  /** So many failures in a row open it. */
  int OPENS_AFTER = 5;

  /** From the opening to the first probe; each probe that fails doubles it. */
  Duration FIRST_PROBE = Duration.ofSeconds(1);

  /** Probes are never further apart. */
  Duration LONGEST_PROBE = Duration.ofMinutes(5);

  /** The breaker of a webhook that nothing is known of. */
  static Breaker closed() {
    return new ClosedBreaker(0);
  }

  /**
   * The breaker after one more result.
   *
   * @param startedAt when the attempt started
   * @param now when its result is recorded, by the same clock
   * @param full how many attempts the webhook may have at once
   */
  Breaker after(BreakerSignal signal, Instant startedAt, Instant now, int full);
}
