package io.sequitur.db.delivery;

import io.sequitur.db.Ids.DeliveryId;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What decides about the actions on a delivery, as it stands at one moment.
 *
 * @param state as users see it
 * @param underWay whether it is claimed: an attempt may be on the wire
 * @param ending what an operator has asked for while an attempt was under way
 * @param webhookUse usable, inactive, disabled or deleted
 * @param laned whether it belongs to a lane, by the webhook's current {@code ordered}
 * @param behind the event of the delivery that stands before it in its lane; null when none does
 */
public record DeliveryFactsRow(
    UUID eventId,
    long webhookUid,
    String state,
    boolean underWay,
    @Nullable String ending,
    String webhookUse,
    boolean laned,
    @Nullable UUID behind) {

  public DeliveryId id() {
    return new DeliveryId(eventId, webhookUid);
  }
}
