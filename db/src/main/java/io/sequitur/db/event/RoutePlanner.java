package io.sequitur.db.event;

import io.sequitur.db.catalogue.EventTypeRow;
import io.sequitur.db.catalogue.RoutingRule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Matches events against the catalogue, inside the routing transaction. */
@FunctionalInterface
public interface RoutePlanner {
  /**
   * One plan for each event.
   *
   * @param versions of the rules of the events' tenants, not older than the statement that took the
   *     events off the outbox: rules cached under them are fresh
   * @param load reads the rules of these tenants as they are now, at that version or newer
   */
  List<RoutePlan> plan(
      List<PendingEvent> events,
      Map<String, String> versions,
      Function<Set<String>, List<RoutingRule>> load);

  /**
   * What an event's type says of it: asked for events whose type is declared and which were not
   * held against it when they were taken in.
   *
   * @param typeVersion as of the statement that took the event off the outbox
   * @param load reads the event's type as it is now; empty when it was deleted meanwhile
   */
  default Judgement judge(
      PendingEvent event, long typeVersion, Supplier<Optional<EventTypeRow>> load) {
    return Judgement.FREE;
  }
}
