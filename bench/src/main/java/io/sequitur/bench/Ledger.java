package io.sequitur.bench;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * The account of one load: what was sent, acknowledged and delivered, event by event. Its memory is
 * fixed by the number of events.
 */
final class Ledger {
  private static final long POLL_NANOS = 2_000_000;
  private static final int MAX_REASONS = 20;

  private final Schedule schedule;
  private final int fanOut;
  private final AtomicIntegerArray acknowledged;
  private final AtomicIntegerArray arrivals;
  private final LongAdder published = new LongAdder();
  private final LongAdder delivered = new LongAdder();
  private final LongAdder duplicates = new LongAdder();
  private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();

  final Histogram lateness = new Histogram();
  final Histogram ack = new Histogram();
  final Histogram deliver = new Histogram();
  final IdRange ids = new IdRange();

  Ledger(Schedule schedule, int fanOut) {
    this.schedule = schedule;
    this.fanOut = fanOut;
    this.acknowledged = new AtomicIntegerArray(schedule.count());
    this.arrivals = new AtomicIntegerArray(Math.multiplyExact(schedule.count(), fanOut));
  }

  Schedule schedule() {
    return schedule;
  }

  void sent(int event, long nanos) {
    lateness.record(nanos - schedule.dueNanos(event));
  }

  void acknowledged(int event, long nanos) {
    if (acknowledged.getAndSet(event, 1) == 0) {
      published.increment();
      ack.record(nanos - schedule.dueNanos(event));
    }
  }

  void refused(String reason) {
    String key = refusals.size() < MAX_REASONS || refusals.containsKey(reason) ? reason : "other";
    refusals.computeIfAbsent(key, k -> new LongAdder()).increment();
  }

  /**
   * Notes a delivery.
   *
   * @param webhook 0 for the first of the fan-out
   * @return false when there is no such event or webhook in this load
   */
  boolean arrived(int event, int webhook, long nanos) {
    if (event >= schedule.count() || webhook < 0 || webhook >= fanOut) {
      return false;
    }
    if (arrivals.getAndIncrement(event * fanOut + webhook) == 0) {
      delivered.increment();
      deliver.record(nanos - schedule.dueNanos(event));
    } else {
      duplicates.increment();
    }
    return true;
  }

  long published() {
    return published.sum();
  }

  long delivered() {
    return delivered.sum();
  }

  long duplicates() {
    return duplicates.sum();
  }

  /**
   * Deliveries that acknowledged events still lack. Counted event by event: one that timed out and
   * was delivered all the same must not make up for one that was lost.
   */
  long lost() {
    long lost = 0;
    for (int event = 0; event < schedule.count(); event++) {
      for (int i = 0; acknowledged.get(event) == 1 && i < fanOut; i++) {
        lost += arrivals.get(event * fanOut + i) == 0 ? 1 : 0;
      }
    }
    return lost;
  }

  /** Why events were not acknowledged, and how many for each reason. */
  Map<String, Long> refusals() {
    Map<String, Long> counts = new TreeMap<>();
    refusals.forEach((reason, count) -> counts.put(reason, count.sum()));
    return counts;
  }

  /** Waits until every acknowledged event is delivered; false when the deadline came first. */
  boolean awaitDelivered(long deadlineNanos) {
    while (!isDelivered()) {
      if (System.nanoTime() - deadlineNanos >= 0) {
        return false;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    return true;
  }

  private boolean isDelivered() {
    // The cheap comparison first: the exact one walks the whole load.
    return delivered() >= published() * fanOut && lost() == 0;
  }
}
