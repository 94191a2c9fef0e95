package io.sequitur.db.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A webhook's breaker, as it is stored. What the words and numbers mean stands with the columns.
 *
 * @param failed half-open: of this round; closed: in a row
 * @param probeAt open: when the next probe may be sent
 */
public record BreakerRow(
    String state,
    @Nullable Instant since,
    @Nullable Instant movedAt,
    int trips,
    int places,
    int well,
    int failed,
    @Nullable Instant probeAt) {}
