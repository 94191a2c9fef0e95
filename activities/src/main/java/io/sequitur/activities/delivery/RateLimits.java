package io.sequitur.activities.delivery;

import io.sequitur.activities.Batcher;
import io.sequitur.db.delivery.PermitStore;
import io.sequitur.db.delivery.PermitStore.Permits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Waits for permits of rate limits. All that ask at the same time share one statement. Permits are
 * evenly spaced moments: whoever has one waits until it is there, and is refused when it is too far
 * away.
 */
final class RateLimits implements AutoCloseable {
  private static final int GROUP = 512;

  /**
   * A permit that is older has lapsed: a process that was frozen must not use up all of its permits
   * at once.
   */
  private static final Duration LAPSE = Duration.ofMillis(250);

  /**
   * Whoever is refused looks again this long before the next permit, so that what it takes to get
   * there costs no permits.
   */
  private static final Duration AHEAD = PermitStore.HORIZON.dividedBy(2);

  private final Batcher<Long, Permit> permits;

  RateLimits(PermitStore store) {
    this.permits = new Batcher<>("permits", GROUP, webhooks -> take(store, webhooks));
  }

  /**
   * One permit.
   *
   * @param at by {@link System#nanoTime}
   * @param granted false: it is the next one, and too far away
   */
  private record Permit(long at, boolean granted) {}

  /**
   * Returns empty with a permit; otherwise, how long to put the attempt off.
   *
   * @throws InterruptedException the permit lapses
   */
  Optional<Duration> await(long webhook) throws InterruptedException {
    while (true) {
      Permit permit = permits.call(webhook);
      Duration wait = Duration.ofNanos(permit.at - System.nanoTime());
      if (!permit.granted) {
        return Optional.of(wait.compareTo(AHEAD) > 0 ? wait.minus(AHEAD) : Duration.ZERO);
      }
      if (wait.isPositive()) {
        Thread.sleep(wait);
      }
      if (System.nanoTime() - permit.at < LAPSE.toNanos()) {
        return Optional.empty();
      }
    }
  }

  private static List<Permit> take(PermitStore store, List<Long> webhooks) {
    Map<Long, Integer> wanted = new HashMap<>();
    webhooks.forEach(webhook -> wanted.merge(webhook, 1, Integer::sum));
    Map<Long, Permits> taken =
        store.take(wanted).stream()
            .collect(Collectors.toMap(Permits::webhook, Function.identity()));
    long now = System.nanoTime();
    Map<Long, Integer> given = new HashMap<>();
    List<Permit> permits = new ArrayList<>();
    for (long webhook : webhooks) {
      int before = given.merge(webhook, 1, Integer::sum) - 1;
      permits.add(permit(taken.get(webhook), before, now));
    }
    return permits;
  }

  // Without an answer there is no limit any more.
  private static Permit permit(@Nullable Permits taken, int before, long now) {
    if (taken == null) {
      return new Permit(now, true);
    }
    int place = Math.min(before, taken.granted());
    long at = now + taken.ahead().plus(taken.spacing().multipliedBy(place)).toNanos();
    return new Permit(at, before < taken.granted());
  }

  @Override
  public void close() {
    permits.close();
  }
}
