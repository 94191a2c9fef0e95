package io.sequitur.api.event;

import com.sun.management.OperatingSystemMXBean;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Keeps one tenant's flood from taking the whole machine while others send events: those may be in
 * no queue behind it, but they would wait for a processor at each of their steps. So a flood makes
 * pauses, the longer the longer the machine is busy. It goes by what this process routed; while the
 * machine is not busy, or nobody else sends anything, it slows nothing down.
 */
@Singleton
final class FloodThrottle {
  /** What a group takes at most. */
  static final int GROUP = 256;

  /** The same while a flood gives way. */
  private static final int SMALL = 32;

  /** Of all processors: with more of them taken, others wait for one too often. */
  private static final double BUSY = 0.4;

  /** Between two looks at the tenants and the processors. */
  private static final Duration LOOK = Duration.ofMillis(100);

  /** A flood gives way for at most so many times as long as each of its steps took. */
  private static final int MOST = 8;

  /** At first so many times: what comes before it gives way is what others feel most. */
  private static final int FIRST = 4;

  /** Before an answer so many times longer: what was stored has yet to be routed and sent. */
  private static final int OF_ANSWER = 3;

  /** A publisher may wait so much longer for the answer, when all is stored already. */
  private static final Duration LONGEST_OF_ANSWER = Duration.ofMillis(250);

  /** Everybody's next group waits so long. */
  private static final Duration LONGEST_OF_GROUP = Duration.ofMillis(50);

  /** What waits longer is not held up any further: back-pressure is for all tenants. */
  private static final Duration LAGGING = Duration.ofSeconds(20);

  private final BooleanSupplier busy;
  private final TenantRates rates;
  private boolean lagging;
  private long look;
  private Set<String> floods = Set.of();

  /** For how many times as long as each of its steps a flood gives way now: 0, not at all. */
  private long times;

  @Inject
  FloodThrottle() {
    this(FloodThrottle::isBusy, System.nanoTime());
  }

  /** The rule for a machine that says whether it is busy, from this moment on. */
  FloodThrottle(BooleanSupplier busy, long now) {
    this.busy = busy;
    this.rates = new TenantRates(now);
  }

  private static boolean isBusy() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getCpuLoad() > BUSY;
  }

  /**
   * These events were routed.
   *
   * @param tenants once for each event
   */
  synchronized void routed(Collection<String> tenants, long now) {
    rates.add(tenants, now);
  }

  /** How many events the next group from the outbox takes. */
  synchronized int limit(long now) {
    return lagging || floods(now).isEmpty() ? GROUP : SMALL;
  }

  /**
   * How long to wait after a group from the outbox.
   *
   * @param limit how many it could have taken
   * @param tenants of those it took, once for each event
   * @param waited how long its oldest event stood there
   * @param took how long it took to route it, in nanoseconds
   * @return nanoseconds
   */
  synchronized long afterGroup(
      int limit, Collection<String> tenants, Duration waited, long took, long now) {
    lagging = waited.compareTo(LAGGING) > 0;
    Set<String> floods = floods(now);
    long flooding = tenants.stream().filter(floods::contains).count();
    return limit == SMALL && flooding * 2 > tenants.size() ? pause(took, LONGEST_OF_GROUP) : 0;
  }

  /**
   * How long to wait after an event or a batch was stored, before its publisher is answered.
   *
   * @param took how long it took to store, in nanoseconds
   * @return nanoseconds
   */
  synchronized long beforeAnswer(String tenant, long took, long now) {
    return floods(now).contains(tenant) ? pause(OF_ANSWER * took, LONGEST_OF_ANSWER) : 0;
  }

  private long pause(long took, Duration longest) {
    return Math.min(times * took, longest.toNanos());
  }

  /** Who has to give way: to somebody, and on a busy machine. As it was at the last look. */
  private Set<String> floods(long now) {
    long current = now / LOOK.toNanos();
    if (current > look) {
      floods = rates.floods(now);
      times = floods.isEmpty() ? 0 : timesAfter(current - look);
      look = current;
    }
    return times > 0 ? floods : Set.of();
  }

  // Whenever nobody looked, there was no flood.
  private long timesAfter(long looks) {
    long before = Math.max(0, times - (looks - 1));
    return busy.getAsBoolean() ? Math.clamp(before + 1, FIRST, MOST) : Math.max(0, before - 1);
  }
}
