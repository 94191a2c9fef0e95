package io.sequitur.activities.delivery;

import io.sequitur.activities.Batcher;
import io.sequitur.activities.ProcessId;
import io.sequitur.db.delivery.BellStore;
import io.sequitur.db.delivery.Claim;
import io.sequitur.db.delivery.ClaimKey;
import io.sequitur.db.delivery.ClaimStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives back claims of which nothing came: their deliveries wait for their turn, uncharged. */
final class Releases implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Releases.class);
  private static final int GROUP = 256;

  private final ClaimStore claims;
  private final BellStore bells;
  private final Doorbell doorbell;
  private final ProcessId me;
  private final Batcher<Unused, Boolean> batches = new Batcher<>("releases", GROUP, this::release);

  Releases(ClaimStore claims, BellStore bells, Doorbell doorbell, ProcessId me) {
    this.claims = claims;
    this.bells = bells;
    this.doorbell = doorbell;
    this.me = me;
  }

  /**
   * A claim to give back.
   *
   * @param due whether its webhook's workflow must look
   * @param late whether its breaker has moved since, and does not count on it any more
   * @param pause how long nothing of its webhook is to be claimed; null when it may be at once
   */
  private record Unused(Claim claim, boolean due, boolean late, @Nullable Duration pause) {
    // Deliveries that came meanwhile wait behind what a replay does not send now.
    boolean rings() {
      return due || claim.replay() != null;
    }

    boolean guarded() {
      return claim.limits().guarded() && !late;
    }
  }

  /** It is due, and somebody else is to attempt it. */
  void due(Claim claim) {
    giveBack(new Unused(claim, true, false, null));
  }

  /** Its webhook cannot be used now. */
  void held(Claim claim) {
    giveBack(new Unused(claim, false, false, null));
  }

  /** Its webhook's breaker has moved since it was claimed. */
  void late(Claim claim) {
    giveBack(new Unused(claim, true, true, null));
  }

  /** Its webhook's rate limit has no permit for so long. */
  void until(Claim claim, Duration pause) {
    giveBack(new Unused(claim, true, false, pause));
  }

  // A claim that cannot be given back lapses.
  private void giveBack(Unused unused) {
    try {
      batches.call(unused);
    } catch (JdbiException | CancellationException e) {
      log.warn("the claim of event {} lapses unused: {}", unused.claim.eventId(), e.toString());
    }
  }

  private List<Boolean> release(List<Unused> unused) {
    List<ClaimKey> free = keys(unused, one -> !one.guarded());
    if (!free.isEmpty()) {
      claims.release(free, me.value());
    }
    List<ClaimKey> guarded = keys(unused, Unused::guarded);
    if (!guarded.isEmpty()) {
      doorbell.ringReplays(claims.releaseGuarded(guarded, me.value()));
    }
    pauses(unused).forEach(bells::pause);
    Set<Long> due = new HashSet<>(webhooks(unused, Unused::rings));
    Set<Long> held = webhooks(unused, one -> !one.rings());
    if (!held.isEmpty()) {
      // Whoever made one usable before the release rang when its delivery was not free yet.
      due.addAll(claims.usable(held));
    }
    doorbell.dueNow(due);
    return unused.stream().map(one -> true).toList();
  }

  private static Set<Long> webhooks(List<Unused> unused, Predicate<Unused> which) {
    return unused.stream()
        .filter(which)
        .map(one -> one.claim.webhookUid())
        .collect(Collectors.toSet());
  }

  private static List<ClaimKey> keys(List<Unused> unused, Predicate<Unused> which) {
    return unused.stream().filter(which).map(one -> ClaimKey.of(one.claim)).toList();
  }

  private static Map<Long, Duration> pauses(List<Unused> unused) {
    Map<Long, Duration> pauses = new HashMap<>();
    for (Unused one : unused) {
      if (one.pause != null) {
        pauses.merge(one.claim.webhookUid(), one.pause, (a, b) -> a.compareTo(b) < 0 ? a : b);
      }
    }
    return pauses;
  }

  @Override
  public void close() {
    batches.close();
  }
}
