package io.sequitur.db.event;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an event meant to a condition when it was routed, as its row remembers it.
 *
 * @param did {@link Window.Did}, in lower case with hyphens
 * @param count of a threshold: which one of its window it was
 * @param of the threshold
 * @param until when the window ends; null when the event closed it
 */
public record Observed(
    String trigger,
    long conditionId,
    String did,
    @Nullable Long count,
    @Nullable Integer of,
    @Nullable Instant until) {}
