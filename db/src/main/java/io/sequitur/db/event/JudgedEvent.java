package io.sequitur.db.event;

import org.jspecify.annotations.Nullable;

/**
 * An event to be stored.
 *
 * @param judgement null: nobody asked its type yet, so routing will
 */
public record JudgedEvent(NewEvent event, @Nullable Judgement judgement) {
  /**
   * Whether it is to be routed, needs no other look at its type, and has no key, whose order would
   * have to be kept: so it need not wait for others, unless a condition observes it.
   */
  public boolean isFree() {
    return event.partitionKey() == null && judgement != null && judgement.quarantined() == null;
  }
}
