package io.sequitur.db.delivery;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A delivery as its readers see it.
 *
 * @param webhookUse usable, inactive, disabled or deleted
 * @param nextAttemptAt null while one is under way, too: when the next one is due depends on it
 * @param underWay whether it is claimed: an attempt may be on the wire
 * @param ending cancelled or skipped, when that is what it will be once its attempt is over
 */
public record DeliveryView(
    UUID eventId,
    long webhookUid,
    String webhook,
    String type,
    String source,
    @Nullable String key,
    String state,
    String webhookUse,
    @Nullable String class_,
    int attempts,
    @Nullable Instant nextAttemptAt,
    boolean underWay,
    @Nullable String ending,
    Instant createdAt,
    Instant updatedAt) {

  /**
   * One attempt of it.
   *
   * @param replay the replay that made it, numbering its own; null for the delivery's own
   */
  public record Attempt(
      int number,
      Instant at,
      @Nullable Integer status,
      @Nullable String class_,
      int durationMs,
      String configVersion,
      String requestHeaders,
      @Nullable String responseBody,
      @Nullable String hint,
      @Nullable UUID replay) {}

  /** What an operator did to it, and from which state to which it went. */
  public record Done(Instant at, String actor, String action, String before, String after) {}
}
