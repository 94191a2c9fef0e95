package io.sequitur.workflows.sync;

import io.sequitur.workflows.sync.SyncStanding.SyncSet;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A standing on its way to the next one. */
final class SyncDraft {
  final Instant now;
  final SyncTimes times;
  SyncState state;
  SyncSet newest;
  SyncSet desired;
  @Nullable String suppressed;
  long handedOut;
  long noticed;
  long notified;
  @Nullable UUID notification;
  SyncSet applied;
  long round;
  boolean verifying;
  int failures;
  @Nullable Instant dueAt;
  @Nullable Instant dirtySince;
  @Nullable Instant gatheringSince;
  @Nullable String error;
  @Nullable Instant supersededAt;
  boolean looked;
  @Nullable Instant cleanAt;
  private final long floor;

  SyncDraft(SyncStanding from, Instant now, SyncTimes times) {
    this.now = now;
    this.times = times;
    this.state = from.state();
    this.newest = from.newest();
    this.desired = from.desired();
    this.suppressed = from.suppressed();
    this.handedOut = from.handedOut();
    this.noticed = from.noticed();
    this.notified = from.notified();
    this.notification = from.notification();
    this.applied = from.applied();
    this.floor = from.floor();
    this.round = from.round();
    this.verifying = from.verifying();
    this.failures = from.failures();
    this.dueAt = from.dueAt();
    this.dirtySince = from.dirtySince();
    this.gatheringSince = from.gatheringSince();
    this.error = from.error();
    this.supersededAt = from.supersededAt();
    this.looked = from.looked();
    this.cleanAt = from.cleanAt();
  }

  SyncStanding build() {
    return new SyncStanding(
        state,
        newest,
        desired,
        suppressed,
        handedOut,
        noticed,
        notified,
        notification,
        applied,
        floor,
        round,
        verifying,
        failures,
        dueAt,
        dirtySince,
        gatheringSince,
        error,
        supersededAt,
        looked,
        cleanAt);
  }

  boolean due() {
    return dueAt != null && !dueAt.isAfter(now);
  }

  void hand(long generation) {
    handedOut = Math.max(handedOut, generation);
  }

  void clean() {
    state = SyncState.CLEAN;
    failures = 0;
    error = null;
    dirtySince = null;
    cleanAt = now;
    dueAt = now.plus(times.untilResync());
  }

  /** A notice has to leave after the debounce; the first of many changes does not wait for ever. */
  void dirty() {
    Instant since = state == SyncState.DIRTY && gatheringSince != null ? gatheringSince : now;
    Instant debounced = now.plus(times.debounce());
    Instant latest = since.plus(times.longestDebounce());
    enter(debounced.isBefore(latest) ? debounced : latest);
    gatheringSince = since;
  }

  /** A notice has to leave then. */
  void dirtyIn(Duration wait) {
    enter(now.plus(wait));
    gatheringSince = now;
  }

  /** It is asked what it has, when nothing is alive any more that left before. */
  void dirtyWhenQuiet() {
    dirtyIn(untilQuiet());
  }

  /** Whether it may apply an answer over a newer one. */
  boolean isUnordered() {
    return times.quiet() != null;
  }

  boolean isQuiet() {
    return untilQuiet().isZero();
  }

  /** Zero: it is. */
  Duration untilQuiet() {
    Instant until = quietUntil();
    return until == null || until.isBefore(now) ? Duration.ZERO : Duration.between(now, until);
  }

  @Nullable Instant quietUntil() {
    return times.quietUntil(supersededAt);
  }

  /** What waits for its time waits no longer than that from now. */
  void within(Duration wait) {
    Instant soon = now.plus(wait);
    dueAt = dueAt == null || soon.isBefore(dueAt) ? soon : dueAt;
  }

  private void enter(Instant due) {
    state = SyncState.DIRTY;
    notClean();
    dueAt = due;
  }

  void suppress() {
    state = SyncState.SUPPRESSED;
    notClean();
    dueAt = null;
  }

  void refuse() {
    state = SyncState.NACKED;
    failures = 0;
    notClean();
    dueAt = now.plus(times.untilSlowRetry());
  }

  private void notClean() {
    dirtySince = dirtySince == null ? now : dirtySince;
  }
}
