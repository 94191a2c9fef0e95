package io.sequitur.workflows.delivery;

import org.jspecify.annotations.Nullable;

/**
 * What decides about the actions on a delivery, all read at one moment.
 *
 * @param underWay an attempt has been claimed and may be on the wire
 * @param ending what an operator has asked for while an attempt was under way: cancelled or
 *     skipped; null when nobody has
 * @param webhook whether its webhook can be called
 * @param ordered whether it belongs to a lane, by the webhook's current setting
 * @param behind the id of the delivery that stands before it in its lane; null when none does
 */
public record DeliveryFacts(
    DeliveryState state,
    boolean underWay,
    @Nullable DeliveryState ending,
    WebhookUse webhook,
    boolean ordered,
    @Nullable String behind) {

  /** Whether attempts may start. */
  public enum WebhookUse {
    USABLE,
    INACTIVE,
    DISABLED,
    DELETED
  }
}
