package io.sequitur.api.sync;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sequitur.api.sync.SyncBody.Generation;
import io.sequitur.db.sync.SyncTargetRow;
import io.sequitur.db.sync.SyncTargetRow.Content;
import io.sequitur.workflows.sync.SyncStanding;
import io.sequitur.workflows.sync.SyncState;
import io.sequitur.workflows.sync.SyncTimes;
import io.sequitur.workflows.temporal.WorkflowIds;
import io.sequitur.workflows.text.Durations;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A sync target as the API shows it.
 *
 * @param proven whether it ever acknowledged anything
 * @param released the generation that pulls are answered with, where it is not the desired one
 * @param reason why the desired generation is held back
 * @param appliedHash of what it acknowledged
 * @param unappliedSince since when it lacks something; null: it does not
 * @param quiet how long it may apply what is not the newest any more; absent: it never does
 * @param quietUntil when the last of that is dead, after which it is asked again
 * @param restsOn what its being CLEAN rests on beside its acknowledgement; absent: nothing
 * @param dueAt when something is done next: a notice, the end of a wait, a resync
 * @param workflow that tells it
 * @param signingSecret only in the answer that creates it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record SyncTargetBody(
    String name,
    String url,
    String description,
    boolean active,
    String mode,
    String resync,
    String debounce,
    String ackTimeout,
    boolean monotonic,
    @Nullable String quiet,
    String state,
    boolean proven,
    Generation desired,
    @Nullable Generation released,
    @Nullable String reason,
    long notified,
    long applied,
    @Nullable String appliedHash,
    @Nullable String error,
    @Nullable Instant unappliedSince,
    @Nullable Instant quietUntil,
    @Nullable String restsOn,
    @Nullable Instant dueAt,
    String workflow,
    Instant createdAt,
    Instant updatedAt,
    @Nullable String signingSecret) {

  static SyncTargetBody of(
      SyncTargetRow row, SyncStanding standing, @Nullable String signingSecret) {
    Content content = row.content();
    boolean heldBack = standing.suppressed() != null;
    return new SyncTargetBody(
        content.name(),
        content.url(),
        content.description(),
        content.active(),
        content.mode(),
        duration(content.resyncMs()),
        duration(content.debounceMs()),
        duration(content.ackTimeoutMs()),
        content.monotonic(),
        content.monotonic() ? null : duration(content.quietMs()),
        standing.state().name(),
        standing.applied().generation() > 0,
        Generation.of(standing.newest()),
        heldBack ? Generation.of(standing.desired()) : null,
        standing.suppressed(),
        standing.notified(),
        standing.applied().generation(),
        standing.applied().generation() > 0 ? standing.applied().hash() : null,
        standing.error(),
        standing.dirtySince(),
        content.monotonic() || standing.state() == SyncState.CLEAN
            ? null
            : SyncTimes.quietUntil(standing.supersededAt(), Duration.ofMillis(content.quietMs())),
        restsOn(content),
        standing.dueAt(),
        WorkflowIds.sync(row.uid()),
        row.createdAt(),
        row.updatedAt(),
        signingSecret);
  }

  private static @Nullable String restsOn(Content content) {
    return content.monotonic()
        ? null
        : "It does not apply monotonically: CLEAN holds if it applies nothing later than %s after that ceased to be the newest."
            .formatted(duration(content.quietMs()));
  }

  private static String duration(long millis) {
    return Durations.format(Duration.ofMillis(millis));
  }
}
