package io.sequitur.api.event;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sequitur.activities.Pace;
import io.sequitur.activities.cache.StepTwo;
import io.sequitur.activities.event.Router;
import io.sequitur.activities.sync.ActionRunner;
import io.sequitur.api.engine.DatabaseWatch;
import io.sequitur.api.engine.Role;
import io.sequitur.api.engine.Settings;
import io.sequitur.db.Ids;
import io.sequitur.db.event.Appended;
import io.sequitur.db.event.Appended.TypeName;
import io.sequitur.db.event.EventStore;
import io.sequitur.db.event.JudgedEvent;
import io.sequitur.db.event.NotAtOnceException;
import io.sequitur.db.event.PendingEvent;
import io.sequitur.db.event.Routed;
import io.sequitur.db.event.RoutingStore;
import io.sequitur.db.event.RoutingStore.StoredAndRouted;
import io.sequitur.db.event.RoutingStore.Waiting;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the outbox into groups. With the head start it routes what is pending at once and begins
 * the attempts, while {@link Starts} gathers a workflow for it; what is posted to this process and
 * has no order to keep it routes as it stores it. Without a head start the workflow does all of it.
 * A commit in this process wakes it; a poll finds everything else.
 */
@Singleton
public final class Dispatcher {
  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);

  private static final int GROUP = FloodThrottle.GROUP;

  /**
   * A group that took so great a part of what it could may have left some: of a tenant that had
   * more than its turns. However many tenants there are, turns leave it fuller than that.
   */
  private static final int LARGE_PART = 8;

  /** Between the beginnings of two groups, unless the first was large. */
  private static final Duration PACE = Duration.ofMillis(2);

  private static final Duration BUSY_POLL = Duration.ofMillis(20);
  private static final Duration IDLE_POLL = Duration.ofSeconds(1);
  private static final Duration BUSY_FOR = Duration.ofSeconds(2);

  /**
   * Without a head start: how long a workflow may take to route its events before they are given to
   * another one.
   */
  private static final Duration HANDED_OVER_FOR = Duration.ofSeconds(10);

  private final EventStore events;
  private final Router router;
  private final StepTwo stepTwo;
  private final RoutingStore outbox;
  private final ActionRunner actions;
  private final Starts starts;
  private final boolean headStart;
  private final boolean routesWhatItStores;
  private final DatabaseWatch database;
  private final Clock clock;
  private final Semaphore bell = new Semaphore(0);
  private final Map<UUID, Long> handedOver = new HashMap<>();
  private final Pace pace = new Pace(PACE);
  private final FloodThrottle floods;

  /** Their neighbours in a transaction would all have to go by way of the outbox with them. */
  private final Cache<TypeName, Boolean> observed =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofMinutes(1)).build();

  private volatile long lastWork = System.nanoTime();
  private volatile boolean stopping;
  // A platform thread: it does nothing but JDBC, where a blocking read costs one system call.
  private final Thread thread =
      Thread.ofPlatform().daemon().name("dispatcher").unstarted(this::run);

  Dispatcher(
      EventStore events,
      Router router,
      StepTwo stepTwo,
      RoutingStore outbox,
      ActionRunner actions,
      Starts starts,
      FloodThrottle floods,
      Settings settings,
      DatabaseWatch database,
      Clock clock) {
    this.events = events;
    this.router = router;
    this.stepTwo = stepTwo;
    this.outbox = outbox;
    this.actions = actions;
    this.starts = starts;
    this.floods = floods;
    this.headStart = settings.headStart();
    this.routesWhatItStores = headStart && settings.has(Role.DISPATCHER);
    this.database = database;
    this.clock = clock;
  }

  public void start() {
    starts.start();
    thread.start();
  }

  /** Something was committed to the outbox. */
  public void wake() {
    if (bell.availablePermits() == 0) {
      bell.release();
    }
  }

  /** Whether {@link #store} routes what it can. */
  boolean routesWhatItStores() {
    return routesWhatItStores;
  }

  /** Whether {@link #store} may route it: conditions have observed no event of its type lately. */
  boolean mayRouteAtOnce(JudgedEvent event) {
    return observed.getIfPresent(type(event)) == null;
  }

  private static TypeName type(JudgedEvent event) {
    return new TypeName(event.event().tenant(), event.event().type());
  }

  /**
   * Stores events, and with the head start routes at once, in the same transaction, those of them
   * that have no order to keep; the others, or all if some of them have to wait, are routed soon.
   *
   * @throws JdbiException when nothing was stored, or nobody knows; what refuses a group may take
   *     each event alone
   */
  Appended store(List<JudgedEvent> group) {
    if (routesWhatItStores && group.stream().anyMatch(JudgedEvent::isFree)) {
      lastWork = System.nanoTime();
      try {
        StoredAndRouted done = router.store(group);
        done.routed().ifPresent(this::goOn);
        if (!group.stream().allMatch(JudgedEvent::isFree)) {
          wake();
        }
        return done.appended();
      } catch (NotAtOnceException e) {
        log.debug("{} events go by way of the outbox: {}", group.size(), e.getMessage());
        e.observed().forEach(type -> observed.put(type, true));
      }
    }
    return storeOnly(group);
  }

  /** Stores events, which are routed soon; throws what {@link #store} does. */
  Appended storeOnly(List<JudgedEvent> group) {
    Appended appended = events.appendAtOnce(group);
    wake();
    return appended;
  }

  private void run() {
    while (!stopping) {
      boolean woken =
          await(System.nanoTime() - lastWork < BUSY_FOR.toNanos() ? BUSY_POLL : IDLE_POLL);
      if (dispatchAll(woken)) {
        lastWork = System.nanoTime();
      }
    }
  }

  // A database that is away is asked again: nothing is lost, it stands in the outbox.
  private boolean dispatchAll(boolean woken) {
    boolean any = false;
    try {
      // Who is woken has events to route, and routing looks for what is stale itself.
      Waiting waiting = woken ? new Waiting(true, false) : outbox.waiting();
      database.answered();
      if (!waiting.events()) {
        if (waiting.invalidations()) {
          stepTwo.run();
        }
        return waiting.invalidations();
      }
      pace.await();
      // Whoever rang meanwhile had committed before: this group takes it.
      bell.drainPermits();
      boolean more = true;
      // A small group has taken all it saw. What came meanwhile rings, and what another process
      // held is polled.
      while (!stopping && more) {
        int limit = headStart ? floods.limit(System.nanoTime()) : GROUP;
        int taken = headStart ? route(limit) : handOver();
        any |= taken > 0;
        more = taken >= limit / LARGE_PART;
      }
    } catch (JdbiException e) {
      database.failed(e);
      pause();
    } catch (RuntimeException e) {
      // Not known to happen; but without this thread nothing in the outbox would ever move.
      log.error("the dispatcher failed, and tries again", e);
      pause();
    }
    return any;
  }

  private int route(int limit) {
    long began = System.nanoTime();
    Optional<Routed> routed = router.routePending(limit);
    routed.ifPresent(this::goOn);
    List<PendingEvent> events = routed.map(Routed::events).orElse(List.of());
    long now = System.nanoTime();
    LockSupport.parkNanos(
        floods.afterGroup(limit, tenants(events), waited(events), now - began, now));
    return events.size();
  }

  private static List<String> tenants(List<PendingEvent> events) {
    return events.stream().map(PendingEvent::tenant).toList();
  }

  // The oldest, as far as it matters here: ids are of when events came.
  private Duration waited(List<PendingEvent> events) {
    return events.stream()
        .map(event -> Ids.time(event.id()))
        .min(Comparator.naturalOrder())
        .map(first -> Duration.between(first, clock.instant()))
        .orElse(Duration.ZERO);
  }

  private void goOn(Routed group) {
    floods.routed(tenants(group.events()), System.nanoTime());
    actions.begin(group);
    starts.add(group);
  }

  private int handOver() {
    long now = System.nanoTime();
    handedOver.values().removeIf(until -> until < now);
    List<UUID> fresh =
        outbox.pending(GROUP + handedOver.size()).stream()
            .filter(id -> !handedOver.containsKey(id))
            .limit(GROUP)
            .toList();
    if (fresh.isEmpty() || !starts.startNow(fresh)) {
      return 0;
    }
    fresh.forEach(id -> handedOver.put(id, now + HANDED_OVER_FOR.toNanos()));
    return fresh.size();
  }

  private boolean await(Duration poll) {
    try {
      boolean woken = bell.tryAcquire(poll.toMillis(), TimeUnit.MILLISECONDS);
      bell.drainPermits();
      return woken;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping = true;
      return false;
    }
  }

  private static void pause() {
    try {
      Thread.sleep(IDLE_POLL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @PreDestroy
  void stop() throws InterruptedException {
    stopping = true;
    wake();
    if (thread.isAlive()) {
      thread.join(Duration.ofSeconds(5));
    }
    starts.stop();
  }
}
