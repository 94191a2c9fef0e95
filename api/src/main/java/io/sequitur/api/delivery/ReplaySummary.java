package io.sequitur.api.delivery;

import io.micronaut.core.annotation.Nullable;
import io.sequitur.db.Ids;
import io.sequitur.db.delivery.ReplayView;
import java.time.Instant;

/**
 * A replay in a list.
 *
 * @param remaining how many are neither delivered nor given up
 */
record ReplaySummary(
    String id,
    String webhook,
    String state,
    long total,
    long delivered,
    long failed,
    long remaining,
    @Nullable Double rate,
    Instant createdAt,
    @Nullable Instant finishedAt) {
  static ReplaySummary of(ReplayView row) {
    return new ReplaySummary(
        Ids.replay(row.id()),
        row.webhook(),
        row.state(),
        row.total(),
        row.delivered(),
        row.failed(),
        Math.max(0, row.total() - row.delivered() - row.failed()),
        row.rate(),
        row.createdAt(),
        row.finishedAt());
  }
}
