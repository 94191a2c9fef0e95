package io.sequitur.activities.delivery;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/** A virtual thread for each attempt, and an end that waits for them, but not for ever. */
final class AttemptThreads {
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("attempt-", 0).factory());

  /**
   * Runs it; completes when it is over.
   *
   * @throws RejectedExecutionException once the end has begun
   */
  CompletableFuture<Void> run(Runnable attempt) {
    return CompletableFuture.runAsync(attempt, threads);
  }

  /**
   * Takes no more attempts and waits for those under way. What is not over within the limit is
   * interrupted, and has the grace to write down that it was.
   *
   * @return whether nothing had to be interrupted
   */
  boolean end(Duration limit, Duration grace) throws InterruptedException {
    threads.shutdown();
    if (threads.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      return true;
    }
    threads.shutdownNow();
    threads.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS);
    return false;
  }
}
