package io.sequitur.activities.sync;

import io.sequitur.db.sync.SyncRow;
import io.sequitur.db.sync.SyncTargetRow;
import io.sequitur.workflows.sync.SyncStanding;
import io.sequitur.workflows.sync.SyncStanding.SyncSet;
import io.sequitur.workflows.sync.SyncState;
import io.sequitur.workflows.sync.SyncTimes;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Rows as the state machine knows them, and back. */
final class Standings {
  private Standings() {}

  static SyncStanding of(SyncRow row) {
    return new SyncStanding(
        SyncState.valueOf(row.state()),
        new SyncSet(row.generation(), row.hash()),
        new SyncSet(row.desired(), row.desiredHash()),
        row.suppressed(),
        row.handedOut(),
        row.noticed(),
        row.notified(),
        row.notificationId(),
        new SyncSet(row.applied(), row.appliedHash() == null ? "" : row.appliedHash()),
        row.floor(),
        row.round(),
        row.verifying(),
        row.failures(),
        row.dueAt(),
        row.dirtySince(),
        row.gatheringSince(),
        row.error(),
        row.supersededAt(),
        row.looked(),
        row.cleanAt());
  }

  /** The row with this standing, and the next look; the rest of it as it was. */
  static SyncRow row(SyncRow before, SyncStanding standing, @Nullable Instant nextLook) {
    return new SyncRow(
        before.tenant(),
        before.name(),
        before.targetUid(),
        before.url(),
        standing.state().name(),
        standing.newest().generation(),
        standing.newest().hash(),
        before.setVersion(),
        standing.desired().generation(),
        standing.desired().hash(),
        standing.suppressed(),
        standing.handedOut(),
        standing.noticed(),
        standing.notified(),
        standing.notification(),
        standing.applied().generation(),
        standing.applied().hash(),
        standing.floor(),
        standing.round(),
        standing.verifying(),
        standing.failures(),
        standing.dueAt(),
        standing.dirtySince(),
        standing.gatheringSince(),
        standing.error(),
        nextLook,
        before.look(),
        before.salt(),
        before.targetVersion(),
        standing.supersededAt(),
        standing.looked(),
        standing.cleanAt());
  }

  /** The row as it is of another target of this name, or of the same at another place. */
  static SyncRow of(SyncRow before, SyncTargetRow target, @Nullable String setVersion) {
    return new SyncRow(
        before.tenant(),
        before.name(),
        target.uid(),
        target.content().url(),
        before.state(),
        before.generation(),
        before.hash(),
        setVersion,
        before.desired(),
        before.desiredHash(),
        before.suppressed(),
        before.handedOut(),
        before.noticed(),
        before.notified(),
        before.notificationId(),
        before.applied(),
        before.appliedHash(),
        before.floor(),
        before.round(),
        before.verifying(),
        before.failures(),
        before.dueAt(),
        before.dirtySince(),
        before.gatheringSince(),
        before.error(),
        before.nextLook(),
        before.look(),
        before.salt(),
        target.version(),
        before.supersededAt(),
        before.looked(),
        before.cleanAt());
  }

  /**
   * Of another target under the name: what it has is not known, what was given out is.
   *
   * <p>Nobody who had the name before can speak for it: acknowledgements count from the next
   * generation on.
   */
  static SyncStanding reborn(SyncStanding before, Instant now) {
    return new SyncStanding(
        SyncState.DIRTY,
        before.newest(),
        before.desired(),
        null,
        before.handedOut(),
        before.noticed(),
        0,
        null,
        SyncSet.NONE,
        before.newest().generation() + 1,
        before.round() + 1,
        false,
        0,
        null,
        now,
        null,
        null,
        now,
        false,
        null);
  }

  static SyncTimes times(SyncTargetRow.Content content, double jitter) {
    return new SyncTimes(
        Duration.ofMillis(content.resyncMs()),
        Duration.ofMillis(content.debounceMs()),
        Duration.ofMillis(content.ackTimeoutMs()),
        jitter,
        content.monotonic() ? null : Duration.ofMillis(content.quietMs()));
  }
}
