package io.sequitur.db.sync;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An action as users see it.
 *
 * @param state {@code pending} (first attempt to come), {@code retrying}, {@code done}, or {@code
 *     failed} for good
 * @param attempts that were made
 */
public record ActionView(
    String trigger,
    String kind,
    String state,
    @Nullable String workflowId,
    @Nullable String workflowRunId,
    int attempts,
    @Nullable String lastError,
    @Nullable Instant nextAttemptAt) {}
