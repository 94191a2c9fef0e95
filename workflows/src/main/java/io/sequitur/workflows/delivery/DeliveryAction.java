package io.sequitur.workflows.delivery;

import java.util.Locale;

/** What an operator can do to a delivery. */
public enum DeliveryAction {
  /** Attempt it now; what had used up its schedule begins it again. */
  RETRY(DeliveryCause.RETRY),
  /** Give it up. */
  CANCEL(DeliveryCause.CANCEL),
  /** Pass over the head of a lane, so that the lane goes on. */
  SKIP(DeliveryCause.SKIP);

  private final DeliveryCause cause;

  DeliveryAction(DeliveryCause cause) {
    this.cause = cause;
  }

  public DeliveryCause cause() {
    return cause;
  }

  /** As the API spells it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
