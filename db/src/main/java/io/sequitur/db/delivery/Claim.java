package io.sequitur.db.delivery;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The right to make one attempt of a delivery, until the lease lapses. {@code number} is the
 * fencing number, and the attempt's number for the receiver; {@code attempts} counts the results so
 * far, which is the delivery's place in its retry schedule.
 */
public record Claim(
    EventContent event,
    String tenant,
    long webhookUid,
    String webhook,
    @Nullable Long keyId,
    @Nullable Long position,
    int number,
    int attempts,
    boolean laned,
    int maxConcurrency) {

  public UUID eventId() {
    return event.id();
  }
}
