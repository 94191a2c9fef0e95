package io.sequitur.api.sync;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sequitur.api.sync.SyncBody.Generation;
import io.sequitur.db.sync.SyncTargetRow;
import io.sequitur.db.sync.SyncTargetRow.Content;
import io.sequitur.workflows.sync.SyncStanding;
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
        standing.dueAt(),
        WorkflowIds.sync(row.uid()),
        row.createdAt(),
        row.updatedAt(),
        signingSecret);
  }

  private static String duration(long millis) {
    return Durations.format(Duration.ofMillis(millis));
  }
}
