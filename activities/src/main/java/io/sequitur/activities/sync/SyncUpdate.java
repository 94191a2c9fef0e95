package io.sequitur.activities.sync;

import io.sequitur.db.sync.SyncRow;
import io.sequitur.db.sync.SyncTargetRow;
import io.sequitur.db.sync.SyncTransaction;
import io.sequitur.workflows.sync.SyncCause;
import io.sequitur.workflows.sync.SyncMachine;
import io.sequitur.workflows.sync.SyncStanding;
import io.sequitur.workflows.sync.SyncState;
import io.sequitur.workflows.sync.SyncTimes;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Causes applied to a target while its row is locked. */
final class SyncUpdate {
  private final SyncTransaction transaction;
  private final SyncTargetRow target;
  private final Instant now;
  private SyncRow row;
  private SyncStanding standing;
  private boolean ring;

  SyncUpdate(SyncTransaction transaction) {
    this.transaction = transaction;
    this.target = transaction.seen().target();
    this.now = transaction.seen().now();
    this.row = transaction.row();
    this.standing = Standings.of(row);
  }

  SyncStanding standing() {
    return standing;
  }

  /** Whether an answer to what leaves now would prove what the target has. */
  boolean isQuiet() {
    return standing.isQuiet(now, times());
  }

  private SyncTimes times() {
    return Standings.times(target.content(), ThreadLocalRandom.current().nextDouble());
  }

  SyncRow row() {
    return row;
  }

  SyncTargetRow target() {
    return target;
  }

  Instant now() {
    return now;
  }

  /** Whether somebody has to ring after the commit. */
  boolean ring() {
    return ring;
  }

  /** Whether the row speaks of an earlier target of this name. */
  boolean isAnothers() {
    return row.targetUid() != target.uid();
  }

  /** Whether the target was elsewhere when it was last looked at. */
  boolean hasMoved() {
    return !isAnothers() && !row.url().equals(target.content().url());
  }

  /** Whether its settings are others than those that its times follow from. */
  boolean isSetOtherwise() {
    return row.targetVersion() != null && !row.targetVersion().equals(target.version());
  }

  /** Takes the row over for the target that has the name now. */
  void reborn() {
    standing = Standings.reborn(standing, now);
  }

  /** The row speaks of this target, at this state of the catalogue, from now on. */
  void readAt(@Nullable String setVersion) {
    row = Standings.of(row, target, setVersion);
  }

  void apply(SyncCause cause) {
    SyncState before = standing.state();
    standing = SyncMachine.after(standing, cause, now, times());
    log(cause, before);
  }

  /** Writes what has become of it. */
  void save() {
    Instant due = standing.dueAt();
    Instant look = row.nextLook();
    ring = target.content().active() && due != null && (look == null || due.isBefore(look));
    save(ring ? due : look);
  }

  /** The same at the end of a look: nobody else looks before then. */
  void settle() {
    save(standing.dueAt());
  }

  private void save(@Nullable Instant nextLook) {
    row = Standings.row(row, standing, nextLook);
    transaction.save(row);
  }

  private void log(SyncCause cause, SyncState before) {
    switch (cause) {
      case SyncCause.Change change ->
          write("generation", change.set().generation(), null, change.suspicion());
      case SyncCause.Confirm unused ->
          write("confirmed", standing.desired().generation(), null, null);
      case SyncCause.Notice notice ->
          write("notice", standing.noticed(), notice.notification(), null);
      case SyncCause.Arrival arrival ->
          write("arrived", standing.noticed(), arrival.notification(), null);
      case SyncCause.Failure failure ->
          write("failed", standing.noticed(), failure.notification(), failure.reason());
      case SyncCause.Ack ack -> write("applied", ack.set().generation(), ack.notification(), null);
      case SyncCause.Nack nack -> write("rejected", nack.set().generation(), null, nack.reason());
      case SyncCause.Urge unused -> write("urged", standing.desired().generation(), null, null);
      case SyncCause.Settings unused -> logIfMoved("settings", before);
      case SyncCause.Request unused -> logIfMoved("requested", before);
      case SyncCause.Time unused ->
          logIfMoved(before == SyncState.CLEAN ? "resync" : "again", before);
      case SyncCause.Pull pull -> write("pulled", pull.generation(), null, null);
    }
  }

  private void logIfMoved(String event, SyncState before) {
    if (before != standing.state()) {
      write(event, standing.desired().generation(), null, standing.error());
    }
  }

  private void write(
      String event, long generation, @Nullable UUID notification, @Nullable String detail) {
    // A notice from before all older answers are dead proves nothing: it is of no round.
    long round = isQuiet() ? standing.round() : Acknowledgements.NO_ROUND;
    transaction.log(event, standing.state().name(), generation, notification, round, detail);
  }
}
