package io.sequitur.activities.delivery;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One gate per webhook: so many of its attempts may be on the wire from this process, and the
 * others wait in the order they came. A webhook that hangs fills only its own gate. How many is the
 * webhook's limit, and no more than this process has of the places that all share.
 */
final class Gates {
  /** Places that nobody used for so long are given back. */
  private static final Duration IDLE = Duration.ofMinutes(10);

  private final Map<Long, Gate> gates = new ConcurrentHashMap<>();
  private final PlaceLeases leases;

  /** Of a process that is alone. */
  Gates() {
    this(PlaceLeases.ALONE);
  }

  Gates(PlaceLeases leases) {
    this.leases = leases;
  }

  /** Hears how many places this process has of one webhook. */
  interface Lease {
    void holds(int places);
  }

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
    Gate gate = gates.computeIfAbsent(webhook, uid -> new Gate(uid, leases));
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

  /** This process has lost what it had, for having been silent too long. */
  void loseAll() {
    gates.values().forEach(gate -> gate.holds(0));
  }

  /**
   * Gives up what others want and is not used here, down to a fair share, and what nobody has used
   * for long; returns how many places this process keeps of each of these webhooks.
   *
   * @param senders how many processes live
   */
  Map<Long, Integer> giveWay(Collection<Long> wanted, int senders) {
    Map<Long, Integer> kept = new HashMap<>();
    gates.forEach((webhook, gate) -> {
      boolean asked = wanted.contains(webhook);
      if (asked || gate.idle()) {
        int places = gate.giveWay(Math.max(1, senders));
        if (asked || places == 0) {
          kept.put(webhook, places);
        }
      }
    });
    return kept;
  }

  private static final class Gate {
    // All that wait together ask that often for places that another process may have given back.
    private static final Duration ASK_AGAIN = Duration.ofMillis(200);

    private final long webhook;
    private final PlaceLeases leases;
    private final AtomicBoolean asking = new AtomicBoolean();
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<CountDownLatch> line = new ArrayDeque<>();
    private int inside;
    private int limit;
    private int leased;
    private long used = System.nanoTime();
    private long asked = used - ASK_AGAIN.toNanos();

    Gate(long webhook, PlaceLeases leases) {
      this.webhook = webhook;
      this.leases = leases;
    }

    boolean enter(int latestLimit, Duration wait) throws InterruptedException {
      CountDownLatch turn;
      lock.lock();
      try {
        limit = latestLimit;
        if (free() && line.isEmpty()) {
          come();
          return true;
        }
        turn = new CountDownLatch(1);
        line.addLast(turn);
        admit();
      } finally {
        lock.unlock();
      }
      try {
        return await(turn, wait.toNanos()) || !leaveLine(turn);
      } catch (RuntimeException e) {
        if (!leaveLine(turn)) {
          leave();
        }
        throw e;
      }
    }

    private boolean await(CountDownLatch turn, long nanos) throws InterruptedException {
      long end = System.nanoTime() + nanos;
      long left = nanos;
      do {
        boolean more = couldUseMore();
        if (more && itIsTimeToAsk()) {
          askForMore();
        }
        if (turn.await(more ? Math.min(left, ASK_AGAIN.toNanos()) : left, TimeUnit.NANOSECONDS)) {
          return true;
        }
        left = end - System.nanoTime();
      } while (left > 0);
      return false;
    }

    // One asks for all that wait.
    private void askForMore() {
      if (asking.compareAndSet(false, true)) {
        try {
          leases.more(webhook, wanted(), this::holds);
        } finally {
          asking.set(false);
        }
      }
    }

    private boolean couldUseMore() {
      lock.lock();
      try {
        return leased < limit || !leases.valid();
      } finally {
        lock.unlock();
      }
    }

    private boolean itIsTimeToAsk() {
      lock.lock();
      try {
        long now = System.nanoTime();
        boolean time = now - asked >= ASK_AGAIN.toNanos();
        asked = time ? now : asked;
        return time;
      } finally {
        lock.unlock();
      }
    }

    private int wanted() {
      lock.lock();
      try {
        return Math.min(limit, inside + line.size());
      } finally {
        lock.unlock();
      }
    }

    void holds(int places) {
      lock.lock();
      try {
        leased = places;
        admit();
      } finally {
        lock.unlock();
      }
    }

    boolean idle() {
      lock.lock();
      try {
        return leased > 0
            && inside == 0
            && line.isEmpty()
            && System.nanoTime() - used > IDLE.toNanos();
      } finally {
        lock.unlock();
      }
    }

    int giveWay(int senders) {
      lock.lock();
      try {
        int kept = Math.max(inside, Math.min(inside + line.size(), limit / senders));
        leased = Math.min(leased, kept);
        return leased;
      } finally {
        lock.unlock();
      }
    }

    private boolean free() {
      return inside < Math.min(limit, leased) && leases.valid();
    }

    private void come() {
      inside++;
      used = System.nanoTime();
    }

    boolean enterAtOnce() {
      lock.lock();
      try {
        boolean free = free() && line.isEmpty();
        if (free) {
          come();
        }
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
      while (free() && !line.isEmpty()) {
        come();
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
