package io.sequitur.db.delivery;

import java.util.UUID;

/**
 * Names one claim among all that were ever made.
 *
 * @param laneVersion the webhook's version under which its lane was found free; 0 when nobody has
 *     asked
 */
public record ClaimKey(UUID eventId, long webhookUid, int number, long laneVersion) {
  public static ClaimKey of(Claim claim) {
    return new ClaimKey(
        claim.eventId(),
        claim.webhookUid(),
        claim.number(),
        claim.laned() ? claim.webhookVersion() : 0);
  }
}
