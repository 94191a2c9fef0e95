package io.sequitur.api.delivery;

import io.micronaut.core.annotation.Nullable;
import io.sequitur.db.Ids.DeliveryId;
import io.sequitur.db.delivery.DelayReader;
import io.sequitur.db.delivery.DeliveryReader;
import io.sequitur.db.delivery.DeliveryView;
import io.sequitur.workflows.delivery.AvailableAction;
import io.sequitur.workflows.delivery.DeliveryState;
import jakarta.inject.Singleton;
import java.util.List;

/** Why a delivery stands where it stands. */
@Singleton
public final class DeliveryReasons {
  private final DeliveryReader deliveries;
  private final DelayReader delays;
  private final Operator operator;

  DeliveryReasons(DeliveryReader deliveries, DelayReader delays, Operator operator) {
    this.deliveries = deliveries;
    this.delays = delays;
    this.operator = operator;
  }

  /** In a sentence; null when there is nothing to say beyond its state, or no such delivery. */
  public @Nullable String of(String tenant, DeliveryId id) {
    return deliveries
        .find(tenant, id)
        .map(row -> of(row, operator.available(tenant, id)))
        .orElse(null);
  }

  @Nullable
  String of(DeliveryView row, List<AvailableAction> available) {
    boolean finished = DeliveryState.of(row.state()).map(DeliveryState::finished).orElse(true);
    DeliveryId id = new DeliveryId(row.eventId(), row.webhookUid());
    return StateReason.of(row, available, finished ? null : delays.of(id).orElse(null));
  }
}
