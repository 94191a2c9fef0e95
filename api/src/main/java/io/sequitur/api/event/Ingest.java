package io.sequitur.api.event;

import io.sequitur.activities.Batcher;
import io.sequitur.api.metrics.EngineMeters;
import io.sequitur.db.event.Accepted;
import io.sequitur.db.event.EventStore;
import io.sequitur.db.event.NewEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * Takes events in. Those that are posted one by one at the same time share a statement and its
 * commit, and each has its own answer; a batch is a statement of its own, all or nothing.
 */
@Singleton
final class Ingest {
  /** With events of the largest size, 16 MiB in one statement. */
  private static final int GROUP = 64;

  private final EventStore events;
  private final Dispatcher dispatcher;
  private final EngineMeters meters;
  private final Batcher<NewEvent, Outcome> singles = new Batcher<>("ingest", GROUP, this::store);

  Ingest(EventStore events, Dispatcher dispatcher, EngineMeters meters) {
    this.events = events;
    this.dispatcher = dispatcher;
    this.meters = meters;
  }

  /**
   * Returns after the commit, with the answers in the order of the events.
   *
   * @throws JdbiException when the database did not take them: then none of them is stored
   */
  List<Accepted> accept(List<NewEvent> batch) {
    return switch (batch.size()) {
      case 0 -> List.of();
      case 1 -> List.of(singles.call(batch.getFirst()).orThrow());
      default -> committed(events.append(batch));
    };
  }

  private List<Outcome> store(List<NewEvent> group) {
    try {
      return committed(events.append(group)).stream().map(Outcome::of).toList();
    } catch (ConnectionException e) {
      throw e;
    } catch (JdbiException e) {
      // One that the database refuses must not take its neighbours with it.
      List<Outcome> outcomes = new ArrayList<>();
      for (NewEvent event : group) {
        outcomes.add(group.size() == 1 ? new Outcome(null, e) : store(List.of(event)).getFirst());
      }
      return outcomes;
    }
  }

  private List<Accepted> committed(List<Accepted> accepted) {
    dispatcher.wake();
    meters.accepted((int) accepted.stream().filter(one -> !one.duplicate()).count());
    return accepted;
  }

  @PreDestroy
  void close() {
    singles.close();
  }

  private record Outcome(@Nullable Accepted accepted, @Nullable JdbiException failure) {
    static Outcome of(Accepted accepted) {
      return new Outcome(accepted, null);
    }

    Accepted orThrow() {
      if (accepted == null) {
        throw failure == null
            ? new IllegalStateException("an outcome is one or the other")
            : failure;
      }
      return accepted;
    }
  }
}
