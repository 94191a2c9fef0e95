package io.sequitur.workflows.sync;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The times of a target, and what follows from them.
 *
 * @param resync how long after an acknowledgement it is asked again
 * @param debounce how long a change waits for the next one
 * @param ackTimeout how long a notice waits for its acknowledgement
 * @param jitter a random number in [0,1): targets that became clean together are not asked together
 * @param quiet how long an answer may still be applied over a newer one after it ceased to be the
 *     newest; null: the target applies monotonically
 */
public record SyncTimes(
    Duration resync,
    Duration debounce,
    Duration ackTimeout,
    double jitter,
    @Nullable Duration quiet) {
  /** Within this and a little a notice is answered, or it is lost with whoever sent it. */
  public static final Duration ON_THE_WIRE = Duration.ofSeconds(20);

  /** However fast changes follow each other, the first one waits no longer than so many times. */
  private static final int DEBOUNCES = 10;

  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);

  /** So that everything is told within two minutes of the end of the trouble. */
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private static final int DOUBLINGS = 10;

  public SyncTimes {
    if (!(jitter >= 0 && jitter < 1)) {
      throw new IllegalArgumentException("jitter is in [0,1), not " + jitter);
    }
  }

  /** Until the next resync: up to a tenth earlier. */
  Duration untilResync() {
    return spread(resync);
  }

  /** How long the first of several changes waits at most. */
  Duration longestDebounce() {
    return debounce.multipliedBy(DEBOUNCES);
  }

  /** How long to wait for an acknowledgement after so many notices that came to nothing. */
  Duration untilAck(int failures) {
    Duration longest = ackTimeout.compareTo(LONGEST) > 0 ? ackTimeout : LONGEST;
    return doubled(ackTimeout, failures, longest);
  }

  /** How long to wait after so many notices that did not arrive, at least 1. */
  Duration untilRetry(int failures) {
    return spread(doubled(FIRST_RETRY, failures - 1, LONGEST));
  }

  /** How long to leave a target alone that refused, or that asked for it. */
  Duration untilSlowRetry() {
    return spread(resync);
  }

  /**
   * When the last answer is dead that left before the desired set did; null: none is on its way, or
   * the target applies monotonically.
   *
   * @param quiet how long one may live; null when it does not matter
   */
  public static @Nullable Instant quietUntil(
      @Nullable Instant supersededAt, @Nullable Duration quiet) {
    return quiet == null || supersededAt == null ? null : supersededAt.plus(quiet);
  }

  @Nullable Instant quietUntil(@Nullable Instant supersededAt) {
    return quietUntil(supersededAt, quiet);
  }

  private Duration spread(Duration duration) {
    return Duration.ofMillis(Math.round(duration.toMillis() * (1 - 0.1 * jitter)));
  }

  private static Duration doubled(Duration first, int times, Duration longest) {
    Duration wait = first.multipliedBy(1L << Math.clamp(times, 0, DOUBLINGS));
    return wait.compareTo(longest) > 0 ? longest : wait;
  }
}
