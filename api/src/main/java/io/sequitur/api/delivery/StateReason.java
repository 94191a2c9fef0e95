package io.sequitur.api.delivery;

import io.micronaut.core.annotation.Nullable;
import io.sequitur.db.delivery.DeliveryView;
import io.sequitur.workflows.delivery.AvailableAction;
import io.sequitur.workflows.delivery.DeliveryAction;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Says in a sentence why nothing is sent now, and what would help. */
final class StateReason {
  private StateReason() {}

  /** Null when there is nothing to say beyond the state. */
  static @Nullable String of(DeliveryView row, List<AvailableAction> available) {
    if (row.ending() != null && !row.state().equals(row.ending())) {
      return "It will be "
          + row.ending()
          + " when the attempt that is under way is over, unless that one is answered 2xx.";
    }
    return switch (row.state()) {
      case "waiting" -> waiting(available);
      case "held" -> held(row, available);
      case "blocked" ->
          "Its retries are used up, and it has held its lane since %s. Mend the receiver and retry it, or skip it."
              .formatted(row.updatedAt().truncatedTo(ChronoUnit.SECONDS));
      case "exhausted" ->
          "Its retries are used up. Mend the receiver, then retry it or replay its time.";
      case "cancelled" -> row.webhookUse().equals("deleted") ? "Its webhook is deleted." : null;
      default -> null;
    };
  }

  private static String waiting(List<AvailableAction> available) {
    String refusal = refusalToRetry(available);
    return refusal == null
        ? "A replay is sending in its lane: it follows when that attempt is over."
        : refusal;
  }

  private static @Nullable String held(DeliveryView row, List<AvailableAction> available) {
    return row.webhookUse().equals("usable")
        ? "It cannot be sent as it is configured (%s): see the hint of its last attempt. It goes on when that changes."
            .formatted(row.class_())
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
