package io.sequitur.api.delivery;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.core.annotation.Nullable;
import io.sequitur.db.Ids;
import io.sequitur.db.delivery.DeliveryView;
import java.time.Instant;

/** A delivery in a list. */
record DeliverySummary(
    String id,
    String event,
    String type,
    String webhook,
    String state,
    @JsonProperty("class") @Nullable String failureClass,
    int attemptCount,
    @Nullable Instant nextAttemptAt,
    Instant createdAt,
    Instant updatedAt) {
  static DeliverySummary of(DeliveryView row) {
    return new DeliverySummary(
        Ids.delivery(row.eventId(), row.webhookUid()),
        Ids.event(row.eventId()),
        row.type(),
        row.webhook(),
        row.state(),
        row.class_(),
        row.attempts(),
        row.nextAttemptAt(),
        row.createdAt(),
        row.updatedAt());
  }
}
