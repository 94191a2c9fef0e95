package io.sequitur.activities.delivery;

import io.sequitur.activities.delivery.Gates.Permit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Places on the wire that a routing takes before the statement that makes its deliveries, so that
 * this statement may be their strict check: an attempt holds its place when its check starts
 * (design G3). Used by one thread after the other, never by two at once.
 */
public final class Places implements AutoCloseable {
  private final Gates gates;
  private final Map<Long, Deque<Permit>> free = new HashMap<>();
  private long since = System.nanoTime();

  Places(Gates gates) {
    this.gates = gates;
  }

  /** Takes a place for a delivery to this webhook, if one is free at once. */
  public void reserve(long webhook) {
    Permit permit = gates.enterAtOnce(webhook);
    if (permit != null) {
      free.computeIfAbsent(webhook, uid -> new ArrayDeque<>()).add(permit);
    }
  }

  /** All places are taken: what is sent to the database from now on is a check that they cover. */
  public void taken() {
    since = System.nanoTime();
  }

  /** By {@link System#nanoTime}: before the check was sent. */
  long since() {
    return since;
  }

  /** One of the places of this webhook; its user closes it. */
  @Nullable Permit take(long webhook) {
    Deque<Permit> permits = free.get(webhook);
    return permits == null ? null : permits.poll();
  }

  /** Gives back what nobody took. */
  @Override
  public void close() {
    free.values().forEach(permits -> permits.forEach(Permit::close));
    free.clear();
  }
}
