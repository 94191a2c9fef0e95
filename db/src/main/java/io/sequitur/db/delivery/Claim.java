package io.sequitur.db.delivery;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The right to make one attempt of a delivery, until the lease lapses. {@code number} is the
 * fencing number, and the attempt's number for the receiver; {@code attempts} is the delivery's
 * place in its retry schedule: the results so far, unless an operator has begun it again.
 *
 * @param laned whether it was claimed as the head of a lane
 * @param webhookVersion of the webhook's row when it was claimed
 * @param limits what else the attempt needs before it may start, and who counts it
 * @param replay the replay that sends it once more; null when it is the delivery itself
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
    int maxConcurrency,
    long webhookVersion,
    Limits limits,
    @Nullable UUID replay) {
  /**
   * What protects the receiver beside its places.
   *
   * @param rate whether it needs a permit of the webhook's rate limit
   * @param guarded whether the webhook's breaker was not closed, and counts it
   */
  public record Limits(boolean rate, boolean guarded) {}

  public UUID eventId() {
    return event.id();
  }

  /** The same in a lane, if its webhook is ordered by now. */
  public Claim laned(boolean now) {
    return laned || !now
        ? this
        : new Claim(
            event,
            tenant,
            webhookUid,
            webhook,
            keyId,
            position,
            number,
            attempts,
            true,
            maxConcurrency,
            webhookVersion,
            limits,
            replay);
  }
}
