package io.sequitur.db.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a webhook's receiver does, after results were counted and before its breaker has heard of
 * them.
 *
 * @param disabledBy {@code gone}, {@code failing}, or null while it is not disabled
 * @param failures failed attempts since the last 2xx
 * @param failingSince the first of them
 * @param maxConcurrency of its webhook; 0 when that is deleted
 * @param now by the database's clock
 */
public record Health(
    long webhookUid,
    @Nullable String disabledBy,
    int failures,
    @Nullable Instant failingSince,
    BreakerRow breaker,
    int maxConcurrency,
    Instant now) {}
