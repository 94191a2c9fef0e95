package io.sequitur.db.sync;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code sync_state}, as its columns are: what the engine knows of the target of a name.
 * The migration explains each.
 */
public record SyncRow(
    String tenant,
    String name,
    long targetUid,
    String url,
    String state,
    long generation,
    String hash,
    @Nullable String setVersion,
    long desired,
    String desiredHash,
    @Nullable String suppressed,
    long handedOut,
    long noticed,
    long notified,
    @Nullable UUID notificationId,
    long applied,
    @Nullable String appliedHash,
    long floor,
    long round,
    boolean verifying,
    int failures,
    @Nullable Instant dueAt,
    @Nullable Instant dirtySince,
    @Nullable Instant gatheringSince,
    @Nullable String error,
    @Nullable Instant nextLook,
    long look,
    UUID salt,
    @Nullable String targetVersion,
    @Nullable Instant supersededAt,
    boolean looked,
    @Nullable Instant cleanAt) {}
