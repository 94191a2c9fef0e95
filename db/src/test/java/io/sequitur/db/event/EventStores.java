package io.sequitur.db.event;

import java.time.Clock;
import org.jdbi.v3.core.Jdbi;

/** The stores of this package, for tests of others. */
public record EventStores(
    EventStore events, RoutingStore routing, RunStore runs, FiringStore firing, TimerStore timers) {
  public static EventStores of(Jdbi jdbi) {
    return new EventStores(
        new EventStore(jdbi),
        new RoutingStore(jdbi, Clock.systemUTC()),
        new RunStore(jdbi),
        new FiringStore(jdbi),
        new TimerStore(jdbi));
  }
}
