package io.sequitur.db.event;

import io.sequitur.db.catalogue.RoutingRule;
import java.util.List;
import java.util.function.Supplier;

/** Matches events against the catalogue, inside the routing transaction. */
@FunctionalInterface
public interface RoutePlanner {
  /**
   * One plan for each event.
   *
   * @param catalogueVersion of the statement that took the events off the outbox: rules cached
   *     under it are fresh
   * @param load reads the rules as they are now, at that version or newer
   */
  List<RoutePlan> plan(
      List<PendingEvent> events, String catalogueVersion, Supplier<List<RoutingRule>> load);
}
