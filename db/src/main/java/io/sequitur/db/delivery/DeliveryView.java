package io.sequitur.db.delivery;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A delivery as its readers see it. */
public record DeliveryView(
    UUID eventId,
    long webhookUid,
    String webhook,
    String type,
    String state,
    @Nullable String class_,
    int attempts,
    @Nullable Instant nextAttemptAt,
    Instant createdAt,
    Instant updatedAt) {

  /** One attempt of it. */
  public record Attempt(
      int number,
      Instant at,
      @Nullable Integer status,
      @Nullable String class_,
      int durationMs,
      String configVersion,
      String requestHeaders,
      @Nullable String responseBody,
      @Nullable String hint) {}
}
