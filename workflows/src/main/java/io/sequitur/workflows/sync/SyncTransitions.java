package io.sequitur.workflows.sync;

import static io.sequitur.workflows.sync.SyncState.AWAITING_ACK;
import static io.sequitur.workflows.sync.SyncState.CLEAN;
import static io.sequitur.workflows.sync.SyncState.DIRTY;
import static io.sequitur.workflows.sync.SyncState.NACKED;
import static io.sequitur.workflows.sync.SyncState.NOTIFYING;
import static io.sequitur.workflows.sync.SyncState.SUPPRESSED;

import io.sequitur.workflows.sync.SyncCause.Kind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The table of a target's states: what may follow which state, and why. {@link SyncMachine} is
 * tested against it, in both directions, and docs/sync.md shows it.
 */
public final class SyncTransitions {
  private static final Set<SyncState> ANY = EnumSet.allOf(SyncState.class);

  /** All that changes a state; a cause without a row for a state leaves it as it is. */
  public static final List<Transition> TABLE =
      Stream.of(
              from(EnumSet.of(CLEAN, DIRTY, SUPPRESSED), Kind.CHANGE, CLEAN, DIRTY),
              from(EnumSet.of(NACKED), Kind.CHANGE, DIRTY),
              from(ANY, Kind.SUSPICION, SUPPRESSED),
              from(EnumSet.of(SUPPRESSED), Kind.CONFIRM, DIRTY, CLEAN),
              from(EnumSet.of(DIRTY), Kind.NOTICE, NOTIFYING),
              from(EnumSet.of(NOTIFYING), Kind.ARRIVAL, AWAITING_ACK),
              from(EnumSet.of(NOTIFYING), Kind.FAILURE, DIRTY),
              from(EnumSet.of(NOTIFYING, AWAITING_ACK), Kind.ACK, CLEAN, DIRTY),
              from(EnumSet.of(DIRTY, NACKED), Kind.ACK, CLEAN),
              from(EnumSet.of(NOTIFYING, AWAITING_ACK), Kind.NACK, NACKED, DIRTY),
              from(EnumSet.of(DIRTY), Kind.NACK, NACKED),
              from(EnumSet.of(NACKED), Kind.REQUEST, DIRTY),
              from(EnumSet.of(CLEAN, NACKED), Kind.URGE, DIRTY),
              from(EnumSet.of(CLEAN), Kind.SETTINGS, DIRTY),
              from(EnumSet.of(CLEAN, NOTIFYING, AWAITING_ACK, NACKED), Kind.TIME, DIRTY))
          .flatMap(rows -> rows)
          .toList();

  private SyncTransitions() {}

  /**
   * One row.
   *
   * @param to one of them follows, or it stays as it is
   */
  public record Transition(SyncState from, Kind cause, Set<SyncState> to) {}

  /** Whether this may follow from that. */
  public static boolean allowed(SyncState from, Kind cause, SyncState to) {
    return from == to
        || TABLE.stream()
            .anyMatch(row -> row.from == from && row.cause == cause && row.to.contains(to));
  }

  private static Stream<Transition> from(Set<SyncState> states, Kind cause, SyncState... to) {
    return states.stream()
        .map(state -> {
          EnumSet<SyncState> others = EnumSet.copyOf(List.of(to));
          others.remove(state);
          return new Transition(state, cause, others);
        })
        .filter(row -> !row.to.isEmpty());
  }
}
