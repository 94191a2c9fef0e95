package io.sequitur.activities.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class AttemptThreadsTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofSeconds(30);

  private final AttemptThreads threads = new AttemptThreads();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch mayEnd = new CountDownLatch(1);
  private final CompletableFuture<String> end = new CompletableFuture<>();

  @Test
  void whatIsUnderWayIsWaitedForAndNothingNewBegins() throws InterruptedException {
    CompletableFuture<Void> attempt = threads.run(this::attempt);
    begun.await();
    CompletableFuture<Boolean> ended = endLater(LONG);
    assertThat(attempt).isNotDone();
    awaitRefusal();
    mayEnd.countDown();
    assertThat(ended).succeedsWithin(LONG).isEqualTo(true);
    assertThat(end).isCompletedWithValue("by itself");
  }

  @Test
  void whatIsNotOverInTimeIsCutOffAndMayStillSayThatItWas() throws InterruptedException {
    CompletableFuture<Void> attempt = threads.run(this::attempt);
    begun.await();
    assertThat(threads.end(SHORT, LONG)).isFalse();
    assertThat(attempt).isDone();
    assertThat(end).isCompletedWithValue("cut off");
  }

  @Test
  void whatHeedsNoInterruptIsNotWaitedForLongerThanTheGrace() throws InterruptedException {
    CompletableFuture<Void> attempt = threads.run(this::deaf);
    begun.await();
    assertThat(threads.end(SHORT, SHORT)).isFalse();
    assertThat(attempt).isNotDone();
    mayEnd.countDown();
  }

  private void attempt() {
    begun.countDown();
    try {
      mayEnd.await();
      end.complete("by itself");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      end.complete("cut off");
    }
  }

  private void deaf() {
    begun.countDown();
    while (mayEnd.getCount() > 0) {
      Thread.onSpinWait();
    }
  }

  private CompletableFuture<Boolean> endLater(Duration limit) {
    return CompletableFuture.supplyAsync(() -> {
      try {
        return threads.end(limit, SHORT);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    });
  }

  private void awaitRefusal() {
    assertThatThrownBy(
            () -> {
              while (true) {
                threads.run(() -> {});
              }
            })
        .isInstanceOf(RejectedExecutionException.class);
  }
}
