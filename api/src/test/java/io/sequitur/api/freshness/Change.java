package io.sequitur.api.freshness;

import java.time.Instant;

/**
 * A thing of the configuration was given another value, which says its own number.
 *
 * @param thing what is changed as one, such as the URL of one webhook
 * @param version no other value of the thing has it; says nothing about order
 * @param begun not after the first moment at which anybody could see it, by the database's clock
 * @param acknowledged after its commit, by the same clock; never reached when that is not known
 */
public record Change(String thing, long version, Instant begun, Instant acknowledged, Fate fate) {
  /** What became of its transaction. */
  public enum Fate {
    COMMITTED,
    /** Or to a savepoint. */
    ROLLED_BACK,
    /** Whoever carried it out died, or did not answer: it may be there or not. */
    UNKNOWN
  }
}
