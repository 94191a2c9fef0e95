package io.sequitur.workflows.sync;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How a target stands: one row, and the whole of what its state machine knows.
 *
 * @param newest the newest set of the catalogue; generation 0 before the first
 * @param desired the newest one that may leave: {@code newest}, unless that is suppressed
 * @param suppressed why the newest set is held back; null: it is not
 * @param handedOut the highest generation that ever left, in any way
 * @param noticed the generation of the last notice that was begun
 * @param notified the highest generation of which the target was told, as far as answers say
 * @param notification the id of the last notice
 * @param applied what it acknowledged last; generation 0: nothing yet
 * @param floor acknowledgements of generations below it are of an earlier target of this name
 * @param round rises with each reason to ask for an acknowledgement although nothing has changed
 * @param verifying whether one is still to come for a notice of this round
 * @param failures notices in a row that came to nothing
 * @param dueAt when something is to be done, which the state tells; null: nothing is
 * @param dirtySince since when it is not clean; null: it is
 * @param gatheringSince when the first of the changes came that the next notice tells of
 * @param error what went wrong last, for people; null: nothing
 * @param supersededAt since when the desired set is what leaves; what left before is of others
 * @param looked whether it has pulled what was desired then since its last notice
 * @param cleanAt when it became clean last; null: not yet
 */
public record SyncStanding(
    SyncState state,
    SyncSet newest,
    SyncSet desired,
    @Nullable String suppressed,
    long handedOut,
    long noticed,
    long notified,
    @Nullable UUID notification,
    SyncSet applied,
    long floor,
    long round,
    boolean verifying,
    int failures,
    @Nullable Instant dueAt,
    @Nullable Instant dirtySince,
    @Nullable Instant gatheringSince,
    @Nullable String error,
    @Nullable Instant supersededAt,
    boolean looked,
    @Nullable Instant cleanAt) {

  /**
   * A set by its number and what is in it.
   *
   * @param hash SHA-256 of its canonical form, in hex; empty for generation 0
   */
  public record SyncSet(long generation, String hash) {
    /** Before the first. */
    public static final SyncSet NONE = new SyncSet(0, "");

    boolean is(long otherGeneration) {
      return generation == otherGeneration;
    }
  }

  /** Of a target that nobody was told anything of. */
  public static SyncStanding first(Instant now) {
    return new SyncStanding(
        SyncState.DIRTY,
        SyncSet.NONE,
        SyncSet.NONE,
        null,
        0,
        0,
        0,
        null,
        SyncSet.NONE,
        0,
        0,
        false,
        0,
        null,
        now,
        null,
        null,
        null,
        false,
        null);
  }

  /**
   * Until when an answer may still be applied that left before the desired set did; null: none can,
   * as the target applies monotonically, or was never sent another.
   */
  public @Nullable Instant quietUntil(SyncTimes times) {
    return times.quietUntil(supersededAt);
  }

  /** Whether an answer to what leaves now would prove what the target has. */
  public boolean isQuiet(Instant now, SyncTimes times) {
    Instant until = quietUntil(times);
    return until == null || !now.isBefore(until);
  }

  /** Whether the state's time has come. */
  public boolean isDue(Instant now) {
    return dueAt != null && !dueAt.isAfter(now);
  }
}
