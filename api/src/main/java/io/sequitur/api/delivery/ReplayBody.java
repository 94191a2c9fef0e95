package io.sequitur.api.delivery;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.core.annotation.Nullable;
import io.sequitur.db.Ids;
import io.sequitur.db.delivery.Delay;
import io.sequitur.db.delivery.ReplayClaims;
import io.sequitur.db.delivery.ReplayView;
import io.sequitur.workflows.delivery.ReplayAction;
import io.sequitur.workflows.delivery.ReplayRef;
import io.sequitur.workflows.delivery.ReplayState;
import io.sequitur.workflows.temporal.WorkflowIds;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * A replay, whole.
 *
 * @param reason why it is held or cancelled; while it runs, what it waits for
 * @param since none: of everything that is kept
 * @param counted whether its window has been looked through, so that {@code total} is exact
 * @param retrying how many have failed and are tried again
 * @param underWay how many attempts are on the wire
 * @param lastError its last failed attempt
 * @param failures its last failed attempts, the newest first
 */
record ReplayBody(
    String id,
    String webhook,
    String state,
    @Nullable String reason,
    @Nullable Instant since,
    Instant until,
    @Nullable List<String> types,
    List<String> states,
    @Nullable Double rate,
    long total,
    boolean counted,
    long delivered,
    long failed,
    long remaining,
    int retrying,
    int underWay,
    @Nullable Instant nextAttemptAt,
    @Nullable Failure lastError,
    List<Failure> failures,
    String createdBy,
    Instant createdAt,
    @Nullable Instant finishedAt,
    Workflow workflow,
    List<Available> availableActions) {

  /** One failed attempt. */
  record Failure(
      String event,
      String delivery,
      int attempt,
      Instant at,
      @Nullable Integer status,
      @JsonProperty("class") String failureClass,
      @Nullable String hint,
      boolean givenUp) {
    static Failure of(ReplayView.Failure row, long webhook) {
      return new Failure(
          Ids.event(row.eventId()),
          Ids.delivery(row.eventId(), webhook),
          row.attempt(),
          row.at(),
          row.status(),
          row.class_(),
          row.hint(),
          row.givenUp());
    }
  }

  /** The workflow that sends it. */
  record Workflow(String id) {}

  /** Whether an operator can do this now, and if not, why. */
  record Available(String action, boolean available, @Nullable String reason) {}

  static ReplayBody of(
      ReplayView row, List<ReplayView.Failure> failed, @Nullable Delay delay, Instant now) {
    ReplaySummary s = ReplaySummary.of(row);
    List<Failure> failures = failed.stream().map(one -> Failure.of(one, row.webhookUid())).toList();
    return new ReplayBody(
        s.id(),
        s.webhook(),
        s.state(),
        reason(row, delay, now),
        row.since().equals(Instant.EPOCH) ? null : row.since(),
        row.until(),
        row.patterns(),
        row.states(),
        s.rate(),
        s.total(),
        row.scanned(),
        s.delivered(),
        s.failed(),
        s.remaining(),
        row.retrying(),
        row.underWay(),
        row.nextAttemptAt(),
        failures.isEmpty() ? null : failures.getFirst(),
        failures,
        row.createdBy(),
        s.createdAt(),
        s.finishedAt(),
        new Workflow(WorkflowIds.replay(new ReplayRef(s.id()))),
        available(ReplayState.of(row.state())));
  }

  private static @Nullable String reason(ReplayView row, @Nullable Delay delay, Instant now) {
    return switch (ReplayState.of(row.state())) {
      case RUNNING -> row.underWay() > 0 || delay == null ? null : waits(row, delay, now);
      case PAUSED, COMPLETED -> row.reason();
      case CANCELLED ->
          row.webhookUse().equals("deleted") && row.reason() == null
              ? "Its webhook was deleted."
              : row.reason();
      case HELD ->
          switch (row.webhookUse()) {
            case "inactive" ->
                "Its webhook is inactive. Set `active` to true, and it goes on by itself.";
            case "disabled" ->
                delay == null
                    ? "Its webhook is disabled. Enable the webhook, and it goes on by itself."
                    : DelayReason.disabled(delay.trouble());
            default ->
                "Nothing can be sent as the webhook is configured: see the hint of the last error. It goes on when that changes, and tries once a minute.";
          };
    };
  }

  private static @Nullable String waits(ReplayView row, Delay delay, Instant now) {
    String reason = DelayReason.of(delay, now);
    return reason == null && row.retrying() >= ReplayClaims.RETRYING
        ? "%d of its events wait for a retry: nothing new is begun before one of them works, or is given up."
            .formatted(row.retrying())
        : reason;
  }

  private static List<Available> available(ReplayState state) {
    return Arrays.stream(ReplayAction.values())
        .map(action -> {
          String refusal = action.refusal(state);
          return new Available(action.word(), refusal == null, refusal);
        })
        .toList();
  }
}
