package io.sequitur.api.freshness;

import io.sequitur.api.freshness.Change.Fate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Where writers write down what they did, while they do it. */
final class Ledger {
  private final Queue<Change> changes = new ConcurrentLinkedQueue<>();
  private final Queue<Span> off = new ConcurrentLinkedQueue<>();
  private final Queue<Span> frozen = new ConcurrentLinkedQueue<>();
  private final AtomicLong versions = new AtomicLong();
  private final AtomicInteger acknowledged = new AtomicInteger();

  /** No two changes have the same, of whatever. */
  long newVersion() {
    return versions.incrementAndGet();
  }

  /** One transaction, which changed these things together. */
  void changed(Collection<String> things, long version, Instant begun, Instant at, Fate fate) {
    things.forEach(thing -> changes.add(new Change(thing, version, begun, at, fate)));
    if (fate == Fate.COMMITTED) {
      acknowledged.incrementAndGet();
    }
  }

  void wasOff(String webhook, Instant acknowledged, Instant onBegun) {
    off.add(new Span(webhook, acknowledged, onBegun));
  }

  void wasFrozen(String process, Instant from, Instant until) {
    frozen.add(new Span(process, from, until));
  }

  int acknowledged() {
    return acknowledged.get();
  }

  List<Change> changes() {
    return new ArrayList<>(changes);
  }

  List<Span> off() {
    return new ArrayList<>(off);
  }

  List<Span> frozen() {
    return new ArrayList<>(frozen);
  }
}
