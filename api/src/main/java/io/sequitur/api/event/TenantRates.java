package io.sequitur.api.event;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What each tenant sends, to tell a flood from what a tenant sends all the time. For one thread at
 * a time; times are nanoseconds of one clock.
 */
final class TenantRates {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  /** Fewer events of a tenant, in this second and the one before, are no flood. */
  private static final int FLOOD = 512;

  /** Nor are fewer than so many times what the tenant usually sends in as long. */
  private static final int TIMES_USUAL = 2;

  /** Usual is the mean of so many seconds, the last ones counting most. */
  private static final int USUAL_SECONDS = 120;

  /** What is sent when the process starts was sent before. */
  private static final long START_SECONDS = 10;

  private final long started;
  private final Map<String, Double> usual = new HashMap<>();
  private long second;
  private Map<String, Integer> counts = new HashMap<>();
  private Map<String, Integer> countsBefore = Map.of();
  private final Map<String, Flood> floods = new HashMap<>();

  TenantRates(long now) {
    started = now / SECOND;
    second = started;
  }

  /**
   * It has an end when fewer events come than this in two seconds: it is slowed down itself, so
   * that is fewer than it took to begin. It has one, too, when it goes on for so long that it is
   * usual.
   */
  private record Flood(long since, double ends) {}

  /**
   * These events came.
   *
   * @param tenants once for each event
   */
  void add(Collection<String> tenants, long now) {
    turnTo(now);
    tenants.forEach(tenant -> counts.merge(tenant, 1, Integer::sum));
  }

  /** Those that send much, and much more than they usually do, while somebody else sends less. */
  Set<String> floods(long now) {
    turnTo(now);
    Set<String> tenants = new HashSet<>(counts.keySet());
    tenants.addAll(countsBefore.keySet());
    Set<String> found = new HashSet<>(tenants);
    found.removeIf(tenant -> !isFlood(tenant));
    return found.size() < tenants.size() ? found : Set.of();
  }

  private boolean isFlood(String tenant) {
    int recent = counts.getOrDefault(tenant, 0) + countsBefore.getOrDefault(tenant, 0);
    double usually = 2 * usual.getOrDefault(tenant, 0.0);
    Flood flood = floods.get(tenant);
    if (flood == null) {
      if (isStarting() || recent < FLOOD || recent < TIMES_USUAL * usually) {
        return false;
      }
      floods.put(tenant, new Flood(second, Math.max(FLOOD / 2.0, usually)));
    } else if (recent < flood.ends || second - flood.since >= USUAL_SECONDS) {
      floods.remove(tenant);
      return false;
    }
    return true;
  }

  private boolean isStarting() {
    return second - started < START_SECONDS;
  }

  // Two threads may come in another order than they asked for the time.
  private void turnTo(long now) {
    long current = now / SECOND;
    if (current > second) {
      learn(current - second);
      countsBefore = current == second + 1 ? counts : Map.of();
      counts = new HashMap<>();
      second = current;
      floods.keySet().retainAll(countsBefore.keySet());
    }
  }

  // The second that ends, and those in which nothing came.
  private void learn(long seconds) {
    boolean starting = isStarting();
    counts.forEach((tenant, count) ->
        usual.merge(
            tenant,
            starting ? count : (double) count / USUAL_SECONDS,
            (was, is) -> starting ? Math.max(was, is) : was + is));
    double kept = Math.pow(1 - 1.0 / USUAL_SECONDS, (double) seconds);
    usual.replaceAll((tenant, mean) -> mean * kept);
    usual.values().removeIf(mean -> mean < 1.0 / USUAL_SECONDS);
  }
}
