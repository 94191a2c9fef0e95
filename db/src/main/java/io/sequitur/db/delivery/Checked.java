package io.sequitur.db.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the strict check said of one claim.
 *
 * @param version of all configuration that the attempt will use; null when the webhook is gone
 * @param at the start of the attempt, by the database's clock
 * @param laned whether the delivery belongs to a lane now
 */
public record Checked(
    ClaimKey claim, Verdict verdict, @Nullable String version, Instant at, boolean laned) {
  /** Whether the attempt may start, and if not, why. */
  public enum Verdict {
    GO,
    /** Somebody else has the delivery, or it is closed. */
    LOST,
    /** An operator has cancelled or skipped it: it is closed without an attempt. */
    ENDED,
    /** The webhook is gone: the delivery is cancelled. */
    DELETED,
    /** The webhook is inactive or disabled: the delivery waits. */
    HELD,
    /** The breaker has moved since the claim was made: the delivery waits for its turn. */
    PAUSED,
    /** Too little of the lease is left for a whole attempt. */
    LAPSING,
    /** The webhook became ordered since the claim was made, and it is not this one's turn. */
    BEHIND
  }
}
