package io.sequitur.api.event;

import io.sequitur.activities.Batcher;
import io.sequitur.activities.Pace;
import io.sequitur.api.metrics.EngineMeters;
import io.sequitur.db.event.Accepted;
import io.sequitur.db.event.Appended;
import io.sequitur.db.event.EventStore;
import io.sequitur.db.event.JudgedEvent;
import io.sequitur.db.event.NewEvent;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes events in. Those that are posted one by one at the same time share a transaction, which
 * routes them, too, if it can, and each has its own answer; a batch is a statement of its own, all
 * or nothing.
 */
@Singleton
final class Ingest {
  private static final Logger log = LoggerFactory.getLogger(Ingest.class);

  /** With events of the largest size, 16 MiB in one statement. */
  private static final int GROUP = 64;

  /** Between the beginnings of two groups that are routed, too. */
  private static final Duration PACE = Duration.ofMillis(2);

  private static final Duration LAST_GROUP = Duration.ofSeconds(5);

  private final EventStore events;
  private final Dispatcher dispatcher;
  private final EngineMeters meters;
  private final TypeChecks types;
  private final Backpressure backpressure;
  private final FloodThrottle floods;
  private final Batcher<JudgedEvent, Optional<Accepted>> singles;

  /** Of types that are not routed at once, which would keep the others from being so. */
  private final Batcher<JudgedEvent, Optional<Accepted>> routedLater;

  Ingest(
      EventStore events,
      TypeChecks types,
      Backpressure backpressure,
      Dispatcher dispatcher,
      FloodThrottle floods,
      EngineMeters meters) {
    this.events = events;
    this.backpressure = backpressure;
    this.types = types;
    this.dispatcher = dispatcher;
    this.meters = meters;
    this.floods = floods;
    this.singles =
        dispatcher.routesWhatItStores()
            ? new Batcher<>(
                "ingest", GROUP, group -> store(group, dispatcher::store), new Pace(PACE))
            : new Batcher<>("ingest", GROUP, group -> store(group, dispatcher::store));
    this.routedLater =
        new Batcher<>("ingest-later", GROUP, group -> store(group, dispatcher::storeOnly));
  }

  /**
   * Returns after the commit.
   *
   * @throws JdbiException when the database did not say that it took it
   * @throws io.sequitur.api.http.ProblemException when its type refuses it, or too much waits
   */
  Accepted accept(NewEvent event) {
    backpressure.check();
    long began = System.nanoTime();
    JudgedEvent judged = types.ask(event);
    Accepted accepted =
        (dispatcher.mayRouteAtOnce(judged) ? singles : routedLater)
            .call(judged)
            .orElseGet(() -> committed(append(() -> List.of(types.ask(event)))).getFirst());
    giveWay(event.tenant(), began);
    return accepted;
  }

  private void giveWay(String tenant, long began) {
    long now = System.nanoTime();
    LockSupport.parkNanos(floods.beforeAnswer(tenant, now - began, now));
  }

  /** The same for a batch, all or nothing, with the answers in the order of the events. */
  List<Accepted> accept(List<NewEvent> batch) {
    backpressure.check();
    if (batch.isEmpty()) {
      return List.of();
    }
    long began = System.nanoTime();
    List<Accepted> accepted = committed(append(() -> types.ask(batch)));
    giveWay(batch.getFirst().tenant(), began);
    return accepted;
  }

  private List<Optional<Accepted>> store(
      List<JudgedEvent> group, Function<List<JudgedEvent>, Appended> store) {
    try {
      return switch (store.apply(group)) {
        case Appended.Stored stored ->
            counted(stored.accepted()).stream().map(Optional::of).toList();
        case Appended.Stale stale -> {
          types.changed(stale.types());
          yield oneByOne(group);
        }
      };
    } catch (ConnectionException e) {
      throw e;
    } catch (JdbiException e) {
      log.debug("a group of {} events is stored one by one", group.size(), e);
      return oneByOne(group);
    } catch (RuntimeException e) {
      log.warn("a group of {} events could not be stored and routed at once", group.size(), e);
      return oneByOne(group);
    }
  }

  // One that the database refuses, an id that an open transaction holds, or a type that has changed
  // must not stop the neighbours: each goes on alone, in its own request.
  private static List<Optional<Accepted>> oneByOne(List<JudgedEvent> group) {
    return group.stream().map(event -> Optional.<Accepted>empty()).toList();
  }

  // Ends: it begins again only when somebody has changed one of the types since they were asked.
  private List<Accepted> append(Supplier<List<JudgedEvent>> judged) {
    while (true) {
      switch (events.appendJudged(judged.get())) {
        case Appended.Stored stored -> {
          return stored.accepted();
        }
        case Appended.Stale stale -> types.changed(stale.types());
      }
    }
  }

  private List<Accepted> committed(List<Accepted> accepted) {
    dispatcher.wake();
    return counted(accepted);
  }

  private List<Accepted> counted(List<Accepted> accepted) {
    meters.accepted((int) accepted.stream().filter(one -> !one.duplicate()).count());
    return accepted;
  }

  // What is under way may be routed already, and wants its attempts to begin.
  @PreDestroy
  void close() {
    singles.close();
    routedLater.close();
    singles.awaitEnd(LAST_GROUP);
    routedLater.awaitEnd(LAST_GROUP);
  }
}
