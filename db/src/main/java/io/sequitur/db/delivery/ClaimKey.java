package io.sequitur.db.delivery;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Names one claim among all that were ever made.
 *
 * @param laneVersion the webhook's version under which its lane was found free; 0 when nobody has
 *     asked
 * @param replay the replay whose claim it is; null when it is a delivery's
 */
public record ClaimKey(
    UUID eventId, long webhookUid, int number, long laneVersion, @Nullable UUID replay) {
  /** One of a delivery itself. */
  public ClaimKey(UUID eventId, long webhookUid, int number, long laneVersion) {
    this(eventId, webhookUid, number, laneVersion, null);
  }

  public static ClaimKey of(Claim claim) {
    return new ClaimKey(
        claim.eventId(),
        claim.webhookUid(),
        claim.number(),
        claim.laned() ? claim.webhookVersion() : 0,
        claim.replay());
  }
}
