package io.sequitur.activities.delivery;

import io.sequitur.activities.ProcessId;
import io.sequitur.db.delivery.Claim;
import io.sequitur.db.delivery.ClaimStore;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Attempts what is due for one webhook until nothing is. While its endpoint is quick, more is
 * claimed than there are places on the wire, so that no place waits for the database.
 */
final class Drain {
  /**
   * From claim to record, with the wait for a place: while it is this short, a claim that waits
   * here waits for nothing that might hang.
   */
  private static final Duration QUICK = Duration.ofMillis(250);

  /**
   * Claims for each place: one is on the wire, others are being claimed, checked and written down.
   */
  private static final int AHEAD = 4;

  private final long webhook;
  private final ClaimStore claims;
  private final Attempts attempts;
  private final ProcessId me;
  private final long end;
  private final Set<CompletableFuture<Void>> underWay = new HashSet<>();
  private volatile long lastTook = Long.MAX_VALUE;
  private int places = 1;
  private int attempted;
  private @Nullable String name;

  /**
   * A drain that has not begun.
   *
   * @param turn how long it claims; what is still due then is another drain's
   */
  Drain(long webhook, ClaimStore claims, Attempts attempts, ProcessId me, Duration turn) {
    this.webhook = webhook;
    this.claims = claims;
    this.attempts = attempts;
    this.me = me;
    this.end = System.nanoTime() + turn.toNanos();
  }

  /** How many attempts it has begun. */
  int attempted() {
    return attempted;
  }

  /** The webhook's name; null while nothing was due. */
  @Nullable String name() {
    return name;
  }

  /**
   * Returns when nothing of it is on the wire, and nothing is due or its turn is over.
   *
   * @param pulse called at least this often, {@code every}, while it waits; what it throws ends the
   *     claiming, and the attempts on the wire record themselves
   * @throws InterruptedException likewise
   */
  void run(Runnable pulse, Duration every) throws InterruptedException {
    while (true) {
      int wanted = wanted();
      if (wanted > 0 && !attempts.stopping() && System.nanoTime() - end < 0) {
        claims.claimDue(webhook, me.value(), wanted).forEach(this::start);
      }
      if (underWay.isEmpty()) {
        return;
      }
      waitForOne(pulse, every);
      underWay.removeIf(CompletableFuture::isDone);
    }
  }

  // Of a quick endpoint several at once, or each attempt that ends would cost a claim of its own.
  private int wanted() {
    boolean quick = lastTook < QUICK.toNanos();
    int free = (quick ? AHEAD * places : places) - underWay.size();
    return quick && free < Math.ceilDiv(places, 2) ? 0 : free;
  }

  private void start(Claim claim) {
    places = claim.maxConcurrency();
    name = claim.webhook();
    attempted++;
    long begun = System.nanoTime();
    underWay.add(
        attempts.start(List.of(claim)).thenRun(() -> lastTook = System.nanoTime() - begun));
  }

  private void waitForOne(Runnable pulse, Duration every) throws InterruptedException {
    CompletableFuture<Object> any =
        CompletableFuture.anyOf(underWay.toArray(CompletableFuture<?>[]::new));
    while (true) {
      pulse.run();
      try {
        any.get(every.toMillis(), TimeUnit.MILLISECONDS);
        return;
      } catch (TimeoutException e) {
        // Still on the wire: another pulse, and wait on.
      } catch (ExecutionException e) {
        throw new IllegalStateException("attempts never end exceptionally", e);
      }
    }
  }
}
