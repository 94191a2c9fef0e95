package io.sequitur.db.delivery;

import io.sequitur.db.Ids.DeliveryId;
import java.time.Instant;

/**
 * Lanes of one webhook whose heads have used up their retries and hold them.
 *
 * @param lanes how many, at least one
 * @param since when the first of them was blocked
 * @param head what blocks that one
 */
public record BlockedLanes(long lanes, Instant since, DeliveryId head) {}
