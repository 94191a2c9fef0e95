package io.sequitur.db.event;

import io.sequitur.db.cache.Stale;
import io.sequitur.db.delivery.Checked;
import io.sequitur.db.delivery.Claim;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * What one routing did.
 *
 * @param plans in the order of the events
 * @param claims deliveries that the router now has to attempt
 * @param checks of those claims whose webhook is usable: the routing statement was their strict
 *     check, too
 * @param toRing webhooks that got a due row which nobody attempts yet
 * @param opened triggers that wait for something now
 * @param stale what the step 2 of this routing made stale
 */
public record Routed(
    UUID runId,
    List<PendingEvent> events,
    List<RoutePlan> plans,
    List<Claim> claims,
    List<Checked> checks,
    Set<Long> toRing,
    List<Opened> opened,
    Stale stale) {
  /** Whether there is something to do besides delivering. */
  public boolean hasActions() {
    return plans.stream().anyMatch(plan -> !plan.actions().isEmpty());
  }
}
