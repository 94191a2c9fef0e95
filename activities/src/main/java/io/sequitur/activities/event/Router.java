package io.sequitur.activities.event;

import io.sequitur.activities.ProcessId;
import io.sequitur.activities.Telemetry;
import io.sequitur.activities.cache.StepTwo;
import io.sequitur.activities.delivery.Attempts;
import io.sequitur.activities.delivery.Doorbell;
import io.sequitur.activities.delivery.Places;
import io.sequitur.db.event.JudgedEvent;
import io.sequitur.db.event.NotAtOnceException;
import io.sequitur.db.event.Routed;
import io.sequitur.db.event.RoutingStore;
import io.sequitur.db.event.RoutingStore.StoredAndRouted;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Routes events; one that cannot be routed is routed alone, and failing again is set aside, so it
 * stops nobody else.
 */
@Singleton
public final class Router {
  private static final Logger log = LoggerFactory.getLogger(Router.class);

  private final RoutingStore store;
  private final Matching matching;
  private final Attempts attempts;
  private final RunsInProgress runs;
  private final Doorbell doorbell;
  private final ConditionTimers timers;
  private final StepTwo stepTwo;
  private final ProcessId me;
  private final Telemetry telemetry;

  Router(
      RoutingStore store,
      Matching matching,
      Attempts attempts,
      RunsInProgress runs,
      Doorbell doorbell,
      ConditionTimers timers,
      StepTwo stepTwo,
      ProcessId me,
      Telemetry telemetry) {
    this.store = store;
    this.matching = matching;
    this.attempts = attempts;
    this.runs = runs;
    this.doorbell = doorbell;
    this.timers = timers;
    this.stepTwo = stepTwo;
    this.me = me;
    this.telemetry = telemetry;
  }

  /**
   * Routes the oldest pending events and begins their attempts; empty when there is none.
   *
   * @throws JdbiException when the database is away
   */
  public Optional<Routed> routePending(int limit) {
    try (Places places = attempts.places()) {
      return routeOrIsolate(
          () -> store.routePending(limit, me.value(), matching.planner(places)),
          routed -> {
            runs.start(routed, places);
            tell(routed);
          },
          () -> store.pending(limit));
    }
  }

  /**
   * Stores events, and begins the attempts of those that it could route in the same transaction.
   * Waits for nothing after the commit.
   *
   * @throws JdbiException when nothing was stored, or nobody knows
   * @throws NotAtOnceException when nothing was stored, as they have to wait for others
   */
  public StoredAndRouted store(List<JudgedEvent> events) {
    try (Places places = attempts.places()) {
      StoredAndRouted done = store.store(events, me.value(), matching.planner(places));
      done.routed()
          .ifPresent(routed -> {
            runs.start(routed, places);
            telemetry.routed(routed.events().size());
            doorbell.dueSoon(routed.toRing());
          });
      return done;
    }
  }

  /**
   * Routes those of the named events that are not routed yet; empty when there is none.
   *
   * @throws JdbiException when the database is away
   */
  public Optional<Routed> route(Collection<UUID> events) {
    return routeOrIsolate(
        () -> store.route(events, me.value(), matching.planner()),
        this::handOver,
        () -> List.copyOf(events));
  }

  private Optional<Routed> routeOrIsolate(
      Supplier<Optional<Routed>> route, Consumer<Routed> then, Supplier<List<UUID>> events) {
    Optional<Routed> routed;
    try {
      routed = route.get();
    } catch (ConnectionException e) {
      throw e;
    } catch (RuntimeException e) {
      log.warn("routing a group failed, routing each of its events alone: {}", e.getMessage());
      List<UUID> suspects = events.get();
      suspects.forEach(this::routeAlone);
      return Optional.empty();
    }
    routed.ifPresent(then);
    return routed;
  }

  private void routeAlone(UUID event) {
    Optional<Routed> routed;
    try {
      routed = store.route(List.of(event), me.value(), matching.planner());
    } catch (ConnectionException e) {
      throw e;
    } catch (RuntimeException e) {
      log.error("event {} cannot be routed and is quarantined", event, e);
      store.quarantine(event, "it could not be routed: " + rootMessage(e));
      return;
    }
    routed.ifPresent(this::handOverAndDeliver);
  }

  private void handOver(Routed routed) {
    runs.add(routed.runId(), routed.claims());
    tell(routed);
  }

  private void tell(Routed routed) {
    telemetry.routed(routed.events().size());
    stepTwo.done(routed.stale());
    doorbell.dueSoon(routed.toRing());
    timers.opened(routed.opened());
  }

  private void handOverAndDeliver(Routed routed) {
    handOver(routed);
    // Nobody waits for it: each attempt records itself.
    CompletableFuture<Void> unused = runs.deliver(routed.runId());
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
