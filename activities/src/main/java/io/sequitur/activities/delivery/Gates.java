package io.sequitur.activities.delivery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One gate per webhook: so many of its attempts may be on the wire from this process, and the
 * others wait in the order they came. A webhook that hangs fills only its own gate.
 */
final class Gates {
  private final Map<Long, Gate> gates = new ConcurrentHashMap<>();

  /** A place on the wire; closing gives it to the next in line, closing again does nothing. */
  static final class Permit implements AutoCloseable {
    private final Gate gate;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Permit(Gate gate) {
      this.gate = gate;
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        gate.leave();
      }
    }
  }

  /**
   * Waits for a place; null when none came free within the time. The limit may differ from call to
   * call: the latest counts.
   */
  @Nullable Permit enter(long webhook, int limit, Duration wait) throws InterruptedException {
    Gate gate = gates.computeIfAbsent(webhook, uid -> new Gate());
    return gate.enter(limit, wait) ? new Permit(gate) : null;
  }

  /**
   * Takes a place if one is free at once, by the limit last heard of; null if not, or if none was
   * heard of.
   */
  @Nullable Permit enterAtOnce(long webhook) {
    Gate gate = gates.get(webhook);
    return gate != null && gate.enterAtOnce() ? new Permit(gate) : null;
  }

  /** How many attempts of this webhook wait for a place. */
  int waiting(long webhook) {
    Gate gate = gates.get(webhook);
    return gate == null ? 0 : gate.waiting();
  }

  private static final class Gate {
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<CountDownLatch> line = new ArrayDeque<>();
    private int inside;
    private int limit;

    boolean enter(int latestLimit, Duration wait) throws InterruptedException {
      CountDownLatch turn;
      lock.lock();
      try {
        limit = latestLimit;
        if (inside < limit && line.isEmpty()) {
          inside++;
          return true;
        }
        turn = new CountDownLatch(1);
        line.addLast(turn);
        admit();
      } finally {
        lock.unlock();
      }
      return turn.await(wait.toMillis(), TimeUnit.MILLISECONDS) || !leaveLine(turn);
    }

    boolean enterAtOnce() {
      lock.lock();
      try {
        boolean free = inside < limit && line.isEmpty();
        inside += free ? 1 : 0;
        return free;
      } finally {
        lock.unlock();
      }
    }

    void leave() {
      lock.lock();
      try {
        inside--;
        admit();
      } finally {
        lock.unlock();
      }
    }

    int waiting() {
      lock.lock();
      try {
        return line.size();
      } finally {
        lock.unlock();
      }
    }

    private void admit() {
      while (inside < limit && !line.isEmpty()) {
        inside++;
        line.removeFirst().countDown();
      }
    }

    // False when the turn came between the end of the wait and here: then the place is taken.
    private boolean leaveLine(CountDownLatch turn) {
      lock.lock();
      try {
        return line.remove(turn);
      } finally {
        lock.unlock();
      }
    }
  }
}
