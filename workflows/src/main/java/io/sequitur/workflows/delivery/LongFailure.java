package io.sequitur.workflows.delivery;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The rule by which a webhook is disabled that has not taken anything for a long time. */
public final class LongFailure {
  /** Every attempt has failed for so long … */
  public static final Duration AFTER = Duration.ofDays(5);

  /** … and there were at least so many: one delivery that is retried rarely proves nothing. */
  public static final int ATTEMPTS = 10;

  /** A webhook that was disabled so gets one attempt that often, to see whether it is back. */
  public static final Duration PROBE = Duration.ofHours(1);

  private LongFailure() {}

  /**
   * Whether a webhook is to be disabled.
   *
   * @param failingSince the first failure since the last 2xx; null without one
   * @param failures how many attempts have failed since then
   */
  public static boolean disables(@Nullable Instant failingSince, int failures, Instant now) {
    return failingSince != null && failures >= ATTEMPTS && !now.isBefore(failingSince.plus(AFTER));
  }

  /**
   * Why it is off, and what would end it.
   *
   * @param last the class, and status if any, of the last failure
   */
  public static String reason(int failures, Instant failingSince, String last) {
    return "all "
        + failures
        + " attempts since "
        + failingSince
        + " failed, for more than "
        + AFTER.toDays()
        + " days, the last with "
        + last
        + "; one attempt an hour looks whether it is back, and `enable` does so at once";
  }
}
