package io.sequitur.api.event;

import com.sun.management.OperatingSystemMXBean;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

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

  /** So many events of one tenant, in this second and the one before, are a flood. */
  private static final int FLOOD = 512;

  /** Of all processors: with more of them taken, others wait for one too often. */
  private static final double BUSY = 0.4;

  /** Between two looks at the processors. */
  private static final Duration LOOK = Duration.ofMillis(100);

  /** A flood gives way for at most so many times as long as each of its steps took. */
  private static final int MOST = 8;

  /** For a batch so many times longer: to route and to send what it stored is most of the work. */
  private static final int OF_BATCH = 3;

  /** A publisher may wait so long for the answer to a batch that is stored already. */
  private static final Duration LONGEST_OF_BATCH = Duration.ofMillis(250);

  /** Everybody's next group waits so long. */
  private static final Duration LONGEST_OF_GROUP = Duration.ofMillis(50);

  /** What waits longer is not held up any further: back-pressure is for all tenants. */
  private static final Duration LAGGING = Duration.ofSeconds(20);

  private final BooleanSupplier busy;
  private long second;
  private Map<String, Integer> counts = new HashMap<>();
  private Map<String, Integer> countsBefore = Map.of();
  private boolean lagging;
  private long look;

  /** For how many times as long as each of its steps a flood gives way now: 0, not at all. */
  private int times;

  @Inject
  FloodThrottle() {
    this(FloodThrottle::isBusy);
  }

  private static boolean isBusy() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getCpuLoad() > BUSY;
  }

  /** The rule for a machine that says whether it is busy. */
  FloodThrottle(BooleanSupplier busy) {
    this.busy = busy;
  }

  /**
   * These events were routed.
   *
   * @param tenants once for each event
   */
  synchronized void routed(Collection<String> tenants, long now) {
    turnTo(now);
    tenants.forEach(tenant -> counts.merge(tenant, 1, Integer::sum));
  }

  /** How many events the next group from the outbox takes. */
  synchronized int limit(long now) {
    return !lagging && flooded(now) ? SMALL : GROUP;
  }

  /**
   * How long to wait after a group from the outbox.
   *
   * @param limit how many it could have taken
   * @param taken how many it took
   * @param waited how long its oldest event stood there
   * @param took how long it took to route it, in nanoseconds
   * @return nanoseconds
   */
  synchronized long afterGroup(int limit, int taken, Duration waited, long took) {
    lagging = waited.compareTo(LAGGING) > 0;
    // Turns leave a group at least half full while more is there.
    return limit == SMALL && taken >= SMALL / 2 ? pause(took, LONGEST_OF_GROUP) : 0;
  }

  /**
   * How long to wait after a batch was stored, before its publisher is answered.
   *
   * @param took how long it took to store it, in nanoseconds
   * @return nanoseconds
   */
  synchronized long afterBatch(String tenant, long took, long now) {
    return flooded(now) && isFlood(tenant) ? pause(OF_BATCH * took, LONGEST_OF_BATCH) : 0;
  }

  private long pause(long took, Duration longest) {
    return Math.min(times * took, longest.toNanos());
  }

  private void turnTo(long now) {
    long current = now / Duration.ofSeconds(1).toNanos();
    if (current != second) {
      countsBefore = current == second + 1 ? counts : Map.of();
      counts = new HashMap<>();
      second = current;
    }
  }

  /** Whether a tenant floods a busy machine while another sends less. */
  private boolean flooded(long now) {
    turnTo(now);
    if (tenants().noneMatch(this::isFlood) || tenants().allMatch(this::isFlood)) {
      return false;
    }
    long current = now / LOOK.toNanos();
    if (current != look) {
      times = Math.clamp(times + (busy.getAsBoolean() ? 1 : -1), 0, MOST);
      look = current;
    }
    return times > 0;
  }

  private Stream<String> tenants() {
    return Stream.of(counts, countsBefore).flatMap(map -> map.keySet().stream());
  }

  private boolean isFlood(String tenant) {
    return counts.getOrDefault(tenant, 0) + countsBefore.getOrDefault(tenant, 0) >= FLOOD;
  }
}
