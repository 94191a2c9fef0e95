package io.sequitur.api.cli.listen;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts deliveries. Order is judged as a receiver would feel it: of a lane, an event that is taken
 * (2xx) for the first time after a later one had been taken is out of order; repeats, refused
 * attempts and replays are not.
 */
final class Tally {
  private record Lane(@Nullable String webhook, @Nullable String source, String key) {}

  private record Taken(@Nullable String webhook, @Nullable String id) {}

  private final Set<Taken> ids = new HashSet<>();
  private final Set<Taken> taken = new HashSet<>();
  private final Map<Lane, Long> highest = new HashMap<>();
  private int received;
  private int unverified;
  private int outOfOrder;

  /** Counts one, answered with this status. */
  synchronized void count(Received delivery, int status) {
    Taken identity = new Taken(delivery.webhook(), delivery.id());
    received++;
    ids.add(identity);
    if (delivery.verdict().kind() == Verdict.Kind.BAD) {
      unverified++;
    }
    if (status / 100 == 2 && taken.add(identity) && !delivery.replay()) {
      judgeOrder(delivery);
    }
  }

  private void judgeOrder(Received delivery) {
    String key = delivery.key();
    Long sequence = delivery.sequence();
    if (key == null || sequence == null) {
      return;
    }
    Lane lane = new Lane(delivery.webhook(), delivery.source(), key);
    long before = Objects.requireNonNullElse(highest.get(lane), Long.MIN_VALUE);
    if (sequence < before) {
      outOfOrder++;
    }
    highest.put(lane, Math.max(before, sequence));
  }

  synchronized String summary() {
    String line =
        "received %d, distinct %d, repeats %d, out of order %d"
            .formatted(received, ids.size(), received - ids.size(), outOfOrder);
    return unverified == 0 ? line : line + ", failed verification " + unverified;
  }
}
