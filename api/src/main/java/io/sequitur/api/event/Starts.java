package io.sequitur.api.event;

import io.grpc.StatusRuntimeException;
import io.sequitur.activities.TemporalErrors;
import io.sequitur.db.Ids;
import io.sequitur.db.event.PendingEvent;
import io.sequitur.db.event.RoutePlan;
import io.sequitur.db.event.Routed;
import io.sequitur.workflows.event.EventGroup;
import io.temporal.client.WorkflowException;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts workflows for groups, some time apart, so that events that come close together share one.
 * What Temporal does not take is left to the sweep, which finds its run by age.
 */
@Singleton
final class Starts {
  private static final Logger log = LoggerFactory.getLogger(Starts.class);

  /**
   * Between two starts, unless a whole group waits. A workflow costs some 30 ms of CPU, whatever it
   * holds, and with the head start nobody waits for it; an event that comes alone gets its own at
   * once.
   */
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** Starts under way at the same time. */
  private static final int IN_FLIGHT = 3;

  private static final int EVENTS_PER_GROUP = 256;

  /**
   * Runs that wait for a start; more than that are left to the sweep, as Temporal is away or far
   * behind.
   */
  private static final int WAITING = 10_000;

  private final GroupStarter starter;
  private final BlockingQueue<Entry> waiting = new LinkedBlockingQueue<>(WAITING);
  private final Semaphore places = new Semaphore(IN_FLIGHT);
  private final Thread thread = Thread.ofVirtual().name("workflow-starts").unstarted(this::run);

  Starts(GroupStarter starter) {
    this.starter = starter;
  }

  void start() {
    thread.start();
  }

  void stop() {
    thread.interrupt();
  }

  /** What was routed gets a workflow soon. */
  void add(Routed routed) {
    // Plans stand in the order of their events.
    Iterator<RoutePlan> plans = routed.plans().iterator();
    for (PendingEvent event : routed.events()) {
      if (!waiting.offer(
          new Entry(event.id(), event.tenant(), event.type(), plans.next().triggers()))) {
        return;
      }
    }
    if (waiting.size() >= EVENTS_PER_GROUP) {
      LockSupport.unpark(thread);
    }
  }

  /** Hands unrouted events to a workflow; false when this thread was interrupted. */
  boolean startNow(List<UUID> events) {
    List<Entry> entries = events.stream().map(id -> new Entry(id, null, null, List.of())).toList();
    return startInBackground(entries);
  }

  private void run() {
    List<Entry> group = new ArrayList<>();
    try {
      while (true) {
        group.add(waiting.take());
        waiting.drainTo(group, EVENTS_PER_GROUP - 1);
        if (!startInBackground(List.copyOf(group))) {
          return;
        }
        group.clear();
        gather();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // Several groups at once would take both cores for a tenth of a second, so a full one does not
  // wait for the next.
  private void gather() throws InterruptedException {
    long end = System.nanoTime() + INTERVAL.toNanos();
    while (waiting.size() < EVENTS_PER_GROUP && System.nanoTime() - end < 0) {
      LockSupport.parkNanos(end - System.nanoTime());
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  private boolean startInBackground(List<Entry> group) {
    try {
      places.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    Thread.ofVirtual()
        .name("workflow-start")
        .start(() -> {
          try {
            start(group);
          } finally {
            places.release();
          }
        });
    return true;
  }

  private void start(List<Entry> group) {
    Set<String> tenants =
        group.stream()
            .map(Entry::tenant)
            .filter(t -> t != null)
            .collect(Collectors.toCollection(TreeSet::new));
    EventGroup events = new EventGroup(group.stream().map(entry -> Ids.event(entry.id)).toList());
    try {
      starter.start(events, tenants, Summary.of(group));
    } catch (WorkflowException | StatusRuntimeException e) {
      log.warn(
          "Temporal did not take a group of {} events: the sweep will offer it again ({})",
          group.size(),
          TemporalErrors.reason(e));
    }
  }

  /** One event of a group; what is not known yet is null. */
  record Entry(UUID id, @Nullable String tenant, @Nullable String type, List<String> triggers) {}
}
