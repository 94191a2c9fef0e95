package io.sequitur.db.sync;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A target at one moment, all of it read in one snapshot.
 *
 * @param row what the engine knows of its name; null: nothing yet
 * @param catalogueVersion changes with whatever its set is made of
 * @param pending whether a change is committed of which that version does not tell yet
 * @param now the database's clock
 */
public record SyncSeen(
    SyncTargetRow target,
    @Nullable SyncRow row,
    String catalogueVersion,
    boolean pending,
    Instant now) {

  /** Whether no committed change lacks a generation, and none lacks its step 2. */
  public boolean settled() {
    return row != null
        && !pending
        && row.targetUid() == target.uid()
        && target.version().equals(row.targetVersion())
        && catalogueVersion.equals(row.setVersion());
  }
}
