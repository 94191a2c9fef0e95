package io.sequitur.api.event;

import io.sequitur.activities.Batcher;
import io.sequitur.api.metrics.EngineMeters;
import io.sequitur.db.event.Accepted;
import io.sequitur.db.event.EventStore;
import io.sequitur.db.event.NewEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes events in. Those that are posted one by one at the same time share a statement and its
 * commit, and each has its own answer; a batch is a statement of its own, all or nothing.
 */
@Singleton
final class Ingest {
  private static final Logger log = LoggerFactory.getLogger(Ingest.class);

  /** With events of the largest size, 16 MiB in one statement. */
  private static final int GROUP = 64;

  private final EventStore events;
  private final Dispatcher dispatcher;
  private final EngineMeters meters;
  private final Batcher<NewEvent, Optional<Accepted>> singles =
      new Batcher<>("ingest", GROUP, this::store);

  Ingest(EventStore events, Dispatcher dispatcher, EngineMeters meters) {
    this.events = events;
    this.dispatcher = dispatcher;
    this.meters = meters;
  }

  /**
   * Returns after the commit, with the answers in the order of the events.
   *
   * @throws JdbiException when the database did not say that it took them
   */
  List<Accepted> accept(List<NewEvent> batch) {
    return switch (batch.size()) {
      case 0 -> List.of();
      case 1 -> List.of(singles.call(batch.getFirst()).orElseGet(() -> alone(batch)));
      default -> committed(events.append(batch));
    };
  }

  private List<Optional<Accepted>> store(List<NewEvent> group) {
    try {
      return committed(events.appendAtOnce(group)).stream().map(Optional::of).toList();
    } catch (ConnectionException e) {
      throw e;
    } catch (JdbiException e) {
      // One that the database refuses, or an id that an open transaction holds, must not stop its
      // neighbours: each goes on alone, in its own request.
      log.debug("a group of {} events is stored one by one", group.size(), e);
      return group.stream().map(event -> Optional.<Accepted>empty()).toList();
    }
  }

  private Accepted alone(List<NewEvent> one) {
    return committed(events.append(one)).getFirst();
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
}
