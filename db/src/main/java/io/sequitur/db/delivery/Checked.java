package io.sequitur.db.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the strict check said of one claim.
 *
 * @param version of all configuration that the attempt will use; null when the webhook is gone
 * @param at the start of the attempt, by the database's clock
 */
public record Checked(ClaimKey claim, Verdict verdict, @Nullable String version, Instant at) {
  /** Whether the attempt may start, and if not, why. */
  public enum Verdict {
    GO,
    /** Somebody else has the delivery, or it is closed. */
    LOST,
    /** The webhook is gone: the delivery is cancelled. */
    DELETED,
    /** The webhook is inactive or disabled: the delivery waits. */
    HELD,
    /** Too little of the lease is left for a whole attempt. */
    LAPSING
  }
}
