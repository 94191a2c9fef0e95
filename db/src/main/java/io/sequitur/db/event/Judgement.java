package io.sequitur.db.event;

import org.jspecify.annotations.Nullable;

/**
 * What an event's type said of it when it was taken in.
 *
 * @param typeVersion the version of the type that was asked; null: there was none
 * @param quarantined why it is set aside; null: it is routed
 * @param warning what does not fit, though it is routed
 */
public record Judgement(
    @Nullable Long typeVersion, @Nullable String quarantined, @Nullable String warning) {
  /** Its type is not declared. */
  public static final Judgement FREE = new Judgement(null, null, null);
}
