package io.sequitur.workflows.temporal;

import io.temporal.activity.ActivityOptions;
import io.temporal.activity.LocalActivityOptions;
import io.temporal.common.RetryOptions;
import java.time.Duration;

/** Time-outs and retries of all activities, each number with its reason. */
public final class ActivityPolicies {
  /** A drain reports this often; five times less often than Temporal waits for it. */
  public static final Duration HEARTBEAT = Duration.ofSeconds(6);

  private ActivityPolicies() {}

  /**
   * A step of the event's way: a statement or two, and at most a second of waiting for receivers.
   */
  public static LocalActivityOptions step() {
    return LocalActivityOptions.newBuilder()
        .setStartToCloseTimeout(Duration.ofSeconds(60))
        // A step whose database is away is tried until it is back; without this bound it would not
        // be tried again at all.
        .setScheduleToCloseTimeout(Duration.ofDays(7))
        .setRetryOptions(
            RetryOptions.newBuilder()
                .setInitialInterval(Duration.ofMillis(200))
                .setMaximumInterval(Duration.ofSeconds(10))
                .build())
        // Ids of a whole group would stand in the history once per step.
        .setDoNotIncludeArgumentsIntoMarker(true)
        .build();
  }

  /** Attempts of one webhook: as long as there is something due, so the heartbeat decides. */
  public static ActivityOptions drain() {
    return ActivityOptions.newBuilder()
        .setStartToCloseTimeout(Duration.ofHours(1))
        .setHeartbeatTimeout(HEARTBEAT.multipliedBy(5))
        .setRetryOptions(
            RetryOptions.newBuilder()
                .setInitialInterval(Duration.ofSeconds(1))
                .setMaximumInterval(Duration.ofSeconds(30))
                .build())
        .setSummary("attempt what is due")
        .build();
  }

  /** Attempts of one replay: in turns of some minutes; the heartbeat decides. */
  public static ActivityOptions replay() {
    return ActivityOptions.newBuilder(drain()).setSummary("send once more").build();
  }

  /** Windows of one trigger: as long as one is due, in portions; the heartbeat decides. */
  public static ActivityOptions fire() {
    return ActivityOptions.newBuilder(drain()).setSummary("fire what is due").build();
  }

  /** A look at a sync target, or one notice: a few statements, and a call of 15 s at most. */
  public static ActivityOptions sync() {
    return ActivityOptions.newBuilder()
        .setStartToCloseTimeout(Duration.ofSeconds(30))
        .setRetryOptions(
            RetryOptions.newBuilder()
                .setInitialInterval(Duration.ofSeconds(1))
                .setMaximumInterval(Duration.ofSeconds(10))
                .build())
        .build();
  }

  /** All triggers of a tenant: many new filters may have to be compiled. */
  public static ActivityOptions reconcile() {
    return ActivityOptions.newBuilder()
        .setStartToCloseTimeout(Duration.ofMinutes(10))
        .setRetryOptions(
            RetryOptions.newBuilder()
                .setInitialInterval(Duration.ofSeconds(1))
                .setMaximumInterval(Duration.ofSeconds(30))
                .build())
        .setSummary("compare and mend")
        .build();
  }
}
