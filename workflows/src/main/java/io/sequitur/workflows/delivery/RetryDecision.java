package io.sequitur.workflows.delivery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a delivery after an attempt, and what its webhook learns from it.
 *
 * @param next what follows
 * @param delay how long until the next attempt; null unless {@code next} is {@code RETRY} or {@code
 *     DISABLE}
 * @param notBefore how long the receiver asked to be left alone: no change of the schedule goes
 *     below it; null when it did not ask
 * @param slowDown whether the endpoint gets one request at a time for a while
 */
public record RetryDecision(
    Next next, @Nullable Duration delay, @Nullable Duration notBefore, boolean slowDown) {

  /** What follows. */
  public enum Next {
    /** It is delivered. */
    DELIVERED,
    /** It is attempted again after a wait. */
    RETRY,
    /**
     * It is held until its configuration, or the environment of the processes, is another one. Uses
     * up no retries.
     */
    AWAIT_CONFIGURATION,
    /**
     * Its webhook is disabled, unless its URL is another one by now; the delivery itself is kept.
     */
    DISABLE,
    /** Its schedule is used up: a dead letter. */
    EXHAUSTED,
    /** The same at the head of a lane that waits for an operator. */
    BLOCKED
  }

  /** The rules of the webhook, as the attempt knew them. */
  public record Policy(RetrySchedule schedule, boolean holdsLane) {}

  /**
   * The one table of retries: what an attempt came to, and what follows.
   *
   * @param failedBefore failed attempts before this one, as its place in the schedule
   * @param jitter a random number in [0,1)
   */
  public static RetryDecision of(
      AttemptOutcome outcome, Policy policy, int failedBefore, double jitter) {
    return switch (outcome) {
      case AttemptOutcome.Delivered delivered ->
          new RetryDecision(Next.DELIVERED, null, null, false);
      case AttemptOutcome.Failed failed -> failed(failed, policy, failedBefore, jitter);
    };
  }

  private static RetryDecision failed(
      AttemptOutcome.Failed failed, Policy policy, int failedBefore, double jitter) {
    boolean tryOnce = failedBefore >= RetrySchedule.USED_UP;
    if (failed.failureClass().waitsForConfiguration() && !tryOnce) {
      return new RetryDecision(Next.AWAIT_CONFIGURATION, null, null, false);
    }
    Duration delay = policy.schedule.delayAfter(failedBefore + 1, jitter, failed).orElse(null);
    if (failed.gone() && !tryOnce) {
      // Its place in the schedule does not matter: it is not the delivery's fault, and it is held
      // until somebody enables the webhook.
      return new RetryDecision(Next.DISABLE, delay == null ? Duration.ZERO : delay, null, false);
    }
    boolean slowDown = slowsDown(failed.status());
    if (delay != null) {
      return new RetryDecision(Next.RETRY, delay, failed.retryAfter(), slowDown);
    }
    return new RetryDecision(
        policy.holdsLane ? Next.BLOCKED : Next.EXHAUSTED, null, null, slowDown);
  }

  /** Answers of a receiver that has too much to do, or of a proxy that does not reach it. */
  static boolean slowsDown(@Nullable Integer status) {
    return status != null
        && switch (status) {
          case 429, 502, 503, 504 -> true;
          default -> false;
        };
  }
}
