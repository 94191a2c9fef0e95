package io.sequitur.activities.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.activities.delivery.Gates.Permit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class GatesTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final long WEBHOOK = 7;

  private final Gates gates = new Gates();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() {
    threads.shutdownNow();
  }

  @Test
  void asManyAsTheLimitAreInsideAndTheNextWaits() throws InterruptedException {
    Permit first = enter(2);
    enter(2);
    CompletableFuture<Permit> third = enterLater(2);
    awaitWaiting(1);
    assertThat(third).isNotDone();
    first.close();
    assertThat(third).succeedsWithin(LONG).isNotNull();
    assertThat(gates.waiting(WEBHOOK)).isZero();
  }

  @Test
  void noMoreAreInsideThanThisProcessHasPlacesFor() throws InterruptedException {
    Scripted leases = new Scripted();
    Gates shared = new Gates(leases);
    leases.left = 2;
    Permit first = shared.enter(WEBHOOK, 10, Duration.ZERO);
    assertThat(first).isNotNull();
    assertThat(shared.enterAtOnce(WEBHOOK)).as("the second of its two").isNotNull();
    assertThat(shared.enterAtOnce(WEBHOOK)).isNull();
    assertThat(shared.enter(WEBHOOK, 10, Duration.ZERO)).as("others have the rest").isNull();
    assertThat(leases.asked).as("once for all, and not again so soon").containsExactly(1);
    leases.left = 3;
    assertThat(shared.enter(WEBHOOK, 10, LONG)).as("somebody gave one back").isNotNull();
    leases.valid = false;
    Objects.requireNonNull(first).close();
    assertThat(shared.enterAtOnce(WEBHOOK)).as("it was silent for too long").isNull();
  }

  @Test
  void whatOthersWantIsGivenBackDownToAFairShareAndNeverWhatIsInUse() throws InterruptedException {
    Scripted leases = new Scripted();
    Gates shared = new Gates(leases);
    leases.left = 10;
    Permit one = Objects.requireNonNull(shared.enter(WEBHOOK, 10, Duration.ZERO));
    Permit two = Objects.requireNonNull(shared.enter(WEBHOOK, 10, Duration.ZERO));
    assertThat(shared.giveWay(List.of(), 3)).isEmpty();
    assertThat(shared.giveWay(List.of(WEBHOOK), 10)).containsEntry(WEBHOOK, 2);
    assertThat(shared.enterAtOnce(WEBHOOK)).isNull();
    one.close();
    two.close();
    assertThat(shared.giveWay(List.of(WEBHOOK), 3))
        .as("nobody uses them")
        .containsEntry(WEBHOOK, 0);
  }

  /** Gives what is left to whoever asks. */
  private static final class Scripted implements PlaceLeases {
    private final List<Integer> asked = new ArrayList<>();
    private int left;
    private boolean valid = true;

    @Override
    public boolean valid() {
      return valid;
    }

    @Override
    public void more(long webhook, int wanted, Gates.Lease lease) {
      asked.add(wanted);
      lease.holds(left);
    }
  }

  @Test
  void placesAreGivenInTheOrderOfArrival() throws InterruptedException {
    Permit inside = enter(1);
    List<CompletableFuture<Permit>> line = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      line.add(enterLater(1));
      awaitWaiting(i + 1);
    }
    for (int i = 0; i < line.size(); i++) {
      inside.close();
      assertThat(line.get(i)).succeedsWithin(LONG);
      assertThat(line.stream().filter(CompletableFuture::isDone)).hasSize(i + 1);
      inside = line.get(i).join();
    }
  }

  @Test
  void aFullGateHoldsUpItsOwnWebhookAlone() throws InterruptedException {
    enter(1);
    assertThat(gates.enter(WEBHOOK + 1, 1, Duration.ZERO)).isNotNull();
  }

  @Test
  void whoWaitedInVainLeavesTheLine() throws InterruptedException {
    Permit inside = enter(1);
    assertThat(gates.enter(WEBHOOK, 1, Duration.ofMillis(20))).isNull();
    assertThat(gates.waiting(WEBHOOK)).isZero();
    inside.close();
    assertThat(gates.enter(WEBHOOK, 1, Duration.ZERO)).as("no place went to nobody").isNotNull();
  }

  @Test
  void closingTwiceGivesOnePlaceBack() throws InterruptedException {
    Permit first = enter(2);
    enter(2);
    first.close();
    first.close();
    enter(2);
    assertThat(gates.enter(WEBHOOK, 2, Duration.ofMillis(20))).isNull();
  }

  @Test
  void aHigherLimitLetsThoseInWhoWait() throws InterruptedException {
    enter(1);
    CompletableFuture<Permit> second = enterLater(1);
    awaitWaiting(1);
    CompletableFuture<Permit> third = enterLater(3);
    assertThat(second).succeedsWithin(LONG).isNotNull();
    assertThat(third).succeedsWithin(LONG).isNotNull();
  }

  @Test
  void aLowerLimitHoldsUntilEnoughHaveLeft() throws InterruptedException {
    Permit first = enter(2);
    Permit second = enter(2);
    CompletableFuture<Permit> third = enterLater(1);
    awaitWaiting(1);
    first.close();
    assertThat(third).isNotDone();
    assertThat(gates.waiting(WEBHOOK)).isOne();
    second.close();
    assertThat(third).succeedsWithin(LONG).isNotNull();
  }

  private Permit enter(int limit) throws InterruptedException {
    return Objects.requireNonNull(gates.enter(WEBHOOK, limit, Duration.ZERO));
  }

  private CompletableFuture<Permit> enterLater(int limit) {
    CompletableFuture<Permit> entered = new CompletableFuture<>();
    threads.execute(() -> {
      try {
        entered.complete(Objects.requireNonNull(gates.enter(WEBHOOK, limit, LONG)));
      } catch (InterruptedException e) {
        entered.completeExceptionally(e);
      }
    });
    return entered;
  }

  private void awaitWaiting(int count) {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (gates.waiting(WEBHOOK) != count) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(gates.waiting(WEBHOOK) + " wait, not " + count);
      }
      Thread.onSpinWait();
    }
  }
}
