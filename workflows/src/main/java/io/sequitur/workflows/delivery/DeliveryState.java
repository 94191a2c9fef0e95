package io.sequitur.workflows.delivery;

import java.util.Locale;
import java.util.Optional;

/** How a delivery stands, as users see it. */
public enum DeliveryState {
  /** Its first attempt is to come. */
  PENDING(false),
  /** The receiver answered 2xx. */
  DELIVERED(true),
  /** An attempt failed, and the next one has its time. */
  RETRYING(false),
  /** Another one of its lane stands before it. */
  WAITING(false),
  /**
   * Nothing is sent until something else changes: the webhook is inactive or disabled, or cannot be
   * called as it is configured. Derived, never stored, so it ends with its reason.
   */
  HELD(false),
  /** Its retries are used up and it holds its lane: an operator decides. */
  BLOCKED(false),
  /** Its retries are used up. */
  EXHAUSTED(true),
  /** An operator passed over it. */
  SKIPPED(true),
  /** An operator gave it up, or its webhook was deleted. */
  CANCELLED(true);

  private final boolean finished;

  DeliveryState(boolean finished) {
    this.finished = finished;
  }

  /** Whether it is attempted no more, unless an operator retries it. */
  public boolean finished() {
    return finished;
  }

  /** As the API and the database spell it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The state of this word; empty when there is none. */
  public static Optional<DeliveryState> of(String word) {
    for (DeliveryState state : values()) {
      if (state.word().equals(word)) {
        return Optional.of(state);
      }
    }
    return Optional.empty();
  }
}
