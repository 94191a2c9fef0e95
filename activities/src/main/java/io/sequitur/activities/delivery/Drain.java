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

/** Attempts what is due for one webhook, a place on the wire at a time, until nothing is. */
final class Drain {
  private final long webhook;
  private final ClaimStore claims;
  private final Attempts attempts;
  private final ProcessId me;
  private final long end;
  private final Set<CompletableFuture<Void>> onTheWire = new HashSet<>();
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
      List<Claim> due =
          onTheWire.size() < places && !attempts.stopping() && System.nanoTime() - end < 0
              ? claims.claimDue(webhook, me.value(), places - onTheWire.size())
              : List.of();
      due.forEach(this::start);
      if (onTheWire.isEmpty()) {
        return;
      }
      waitForOne(pulse, every);
      onTheWire.removeIf(CompletableFuture::isDone);
    }
  }

  private void start(Claim claim) {
    places = claim.maxConcurrency();
    name = claim.webhook();
    attempted++;
    onTheWire.add(attempts.start(List.of(claim)));
  }

  private void waitForOne(Runnable pulse, Duration every) throws InterruptedException {
    CompletableFuture<Object> any =
        CompletableFuture.anyOf(onTheWire.toArray(CompletableFuture<?>[]::new));
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
