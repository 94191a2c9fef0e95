package io.sequitur.db.event;

import java.util.List;
import java.util.Map;

/**
 * Events that this transaction has to route.
 *
 * @param rules the version of the rules of each of their tenants
 * @param pending whether some change still lacks its step 2, so that these versions cannot be
 *     believed; of the same snapshot as they are
 */
record Unrouted(List<PendingEvent> events, Map<String, String> rules, boolean pending) {
  static final Unrouted NOTHING = new Unrouted(List.of(), Map.of(), false);
}
