package io.sequitur.api.delivery;

import io.micronaut.core.annotation.Nullable;
import io.sequitur.db.delivery.Delay;
import io.sequitur.db.delivery.DeliveryView;
import io.sequitur.workflows.delivery.AvailableAction;
import io.sequitur.workflows.delivery.DeliveryAction;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Says in a sentence why nothing is sent now, and what would help. */
final class StateReason {
  private StateReason() {}

  /** Null when there is nothing to say beyond the state. */
  static @Nullable String of(
      DeliveryView row, List<AvailableAction> available, @Nullable Delay delay) {
    if (row.ending() != null && !row.state().equals(row.ending())) {
      return "It will be "
          + row.ending()
          + " when the attempt that is under way is over, unless that one is answered 2xx.";
    }
    return switch (row.state()) {
      case "pending", "retrying" -> later(row, delay);
      case "waiting" -> waiting(row, available, delay);
      case "held" -> held(row, available, delay);
      case "blocked" ->
          "Its retries are used up, and it has held its lane since %s. Mend the receiver and retry it, or skip it."
              .formatted(row.updatedAt().truncatedTo(ChronoUnit.SECONDS));
      case "exhausted" ->
          row.webhookUse().equals("deleted")
              ? "Its retries are used up, and its webhook is deleted."
              : "Its retries are used up. Mend the receiver, then retry it or replay its time.";
      case "cancelled" -> row.webhookUse().equals("deleted") ? "Its webhook is deleted." : null;
      default -> null;
    };
  }

  // What is on the wire waits for nothing.
  private static @Nullable String later(DeliveryView row, @Nullable Delay delay) {
    return row.underWay() || delay == null || row.nextAttemptAt() == null
        ? null
        : DelayReason.of(delay, row.nextAttemptAt());
  }

  private static @Nullable String waiting(
      DeliveryView row, List<AvailableAction> available, @Nullable Delay delay) {
    String refusal = refusalToRetry(available);
    return refusal == null && delay != null ? DelayReason.of(delay, row.createdAt()) : refusal;
  }

  private static @Nullable String held(
      DeliveryView row, List<AvailableAction> available, @Nullable Delay delay) {
    if (row.webhookUse().equals("usable")) {
      return "It cannot be sent as it is configured (%s): see the hint of its last attempt. It goes on when that changes."
          .formatted(row.class_());
    }
    return row.webhookUse().equals("disabled") && delay != null
        ? DelayReason.disabled(delay.trouble())
        : refusalToRetry(available);
  }

  private static @Nullable String refusalToRetry(List<AvailableAction> available) {
    return available.stream()
        .filter(one -> one.action() == DeliveryAction.RETRY && !one.available())
        .map(AvailableAction::reason)
        .findFirst()
        .orElse(null);
  }
}
