package io.sequitur.db.delivery;

import java.util.UUID;

/** Names one claim among all that were ever made. */
public record ClaimKey(UUID eventId, long webhookUid, int number) {
  public static ClaimKey of(Claim claim) {
    return new ClaimKey(claim.eventId(), claim.webhookUid(), claim.number());
  }
}
