package io.sequitur.activities.delivery;

import io.sequitur.activities.ProcessId;
import io.sequitur.db.delivery.Claim;
import io.sequitur.db.delivery.ReplayClaims;
import io.sequitur.db.delivery.ReplayClaims.Step;
import io.sequitur.db.delivery.ReplayScan;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One turn of sending what a replay has to send: looks through its window and keeps as many
 * attempts on the wire as it may. What waits longer than a moment is left to the workflow's timer.
 */
final class ReplayDrain {
  /** After so long the workflow is told how far it got; the next turn follows at once. */
  private static final Duration TURN = Duration.ofMinutes(2);

  /**
   * So long it waits here for the rate, and looks again while something else is on the wire:
   * another lane may have become free.
   */
  private static final Duration MOMENT = Duration.ofSeconds(1);

  /** Attempts that end at the same time are followed by one claim. */
  private static final Duration GATHER = Duration.ofMillis(5);

  private final UUID replay;
  private final long number;
  private final ReplayClaims claims;
  private final ReplayScan scan;
  private final Attempts attempts;
  private final ProcessId me;
  private final Set<CompletableFuture<Void>> onTheWire = new HashSet<>();
  private int attempted;

  ReplayDrain(
      UUID replay,
      long number,
      ReplayClaims claims,
      ReplayScan scan,
      Attempts attempts,
      ProcessId me) {
    this.replay = replay;
    this.number = number;
    this.claims = claims;
    this.scan = scan;
    this.attempts = attempts;
    this.me = me;
  }

  /** How many attempts it has begun. */
  int attempted() {
    return attempted;
  }

  /**
   * Returns when its turn is over or nothing can be sent for a while, and nothing of it is on the
   * wire.
   *
   * @param pulse called at least every second; what it throws ends the turn, and the attempts on
   *     the wire record themselves
   * @throws InterruptedException likewise
   */
  void run(Runnable pulse) throws InterruptedException {
    long begun = System.nanoTime();
    while (true) {
      pulse.run();
      boolean mayGoOn = System.nanoTime() - begun < TURN.toNanos() && !attempts.stopping();
      Step step = mayGoOn ? claim() : Step.STOP;
      boolean found = !step.scanned() && scan.step(replay, number);
      boolean paced = step.pause().isPositive() && step.pause().compareTo(MOMENT) <= 0;
      if (!found) {
        if (onTheWire.isEmpty() && !paced) {
          return;
        }
        rest(paced ? step.pause() : MOMENT);
      }
      onTheWire.removeIf(CompletableFuture::isDone);
    }
  }

  private Step claim() {
    Step step = claims.claim(replay, number, me.value(), onTheWire.size());
    for (Claim claim : step.claims()) {
      attempted++;
      onTheWire.add(attempts.start(List.of(claim)));
    }
    return step;
  }

  private void rest(Duration longest) throws InterruptedException {
    if (onTheWire.isEmpty()) {
      Thread.sleep(longest);
      return;
    }
    try {
      CompletableFuture.anyOf(onTheWire.toArray(CompletableFuture<?>[]::new))
          .get(longest.toMillis(), TimeUnit.MILLISECONDS);
      Thread.sleep(GATHER);
    } catch (TimeoutException e) {
      // Still on the wire: another look, and wait on.
    } catch (ExecutionException e) {
      throw new IllegalStateException("attempts never end exceptionally", e);
    }
  }
}
