package io.sequitur.activities;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Group commit: while one group is on its way to the database, the next one gathers. An idle
 * batcher passes a single item on at once; under load groups grow by themselves, and the statements
 * per item fall.
 *
 * @param <I> what callers hand in
 * @param <O> what they get back
 */
public final class Batcher<I, O> implements AutoCloseable {
  /** Short beside a commit, long enough for most of what comes with it. */
  private static final Duration LINGER = Duration.ofNanos(500_000);

  private final BlockingQueue<Pending<I, O>> queue = new LinkedBlockingQueue<>();
  private final Function<List<I>, List<O>> work;
  private final int limit;
  private final Linger linger;
  private final Thread worker;
  private volatile boolean closed;

  /**
   * Starts the batcher's thread.
   *
   * @param limit the most items in one group
   * @param work answers a group, one answer per item in the same order; when it throws, every
   *     caller of the group gets the exception
   */
  public Batcher(String name, int limit, Function<List<I>, List<O>> work) {
    this(name, limit, LINGER, work);
  }

  /**
   * The same with another linger: while there is company, each group waits so long for more of it.
   * That saves a busy system statements, and costs an idle one nothing.
   */
  public Batcher(String name, int limit, Duration linger, Function<List<I>, List<O>> work) {
    this(
        name,
        limit,
        work,
        company -> {
          if (company) {
            LockSupport.parkNanos(linger.toNanos());
          }
        });
  }

  /** The same with another rule for how long a group waits for more. */
  public Batcher(String name, int limit, Function<List<I>, List<O>> work, Linger linger) {
    this.work = work;
    this.limit = limit;
    this.linger = linger;
    // A platform thread: it does nothing but JDBC, where a blocking read costs one system call.
    this.worker = Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  /** Joins the next group. */
  public CompletableFuture<O> submit(I item) {
    Pending<I, O> pending = new Pending<>(item, new CompletableFuture<>());
    queue.add(pending);
    if (closed) {
      refuseAll();
    }
    return pending.answer;
  }

  /** Joins the next group and waits for the answer; throws what the group's work threw. */
  public O call(I item) {
    try {
      return submit(item).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Ends at once: whoever still waits, or comes later, gets a {@link CancellationException}. */
  @Override
  public void close() {
    closed = true;
    worker.interrupt();
    refuseAll();
  }

  /** After {@link #close}: waits until the last group has its answers, but no longer than this. */
  public void awaitEnd(Duration patience) {
    try {
      boolean unused = worker.join(patience);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void refuseAll() {
    for (Pending<I, O> left = queue.poll(); left != null; left = queue.poll()) {
      left.answer.cancel(false);
    }
  }

  private void run() {
    List<Pending<I, O>> group = new ArrayList<>();
    boolean company = false;
    while (take(group, company)) {
      answer(List.copyOf(group));
      company = group.size() > 1;
      group.clear();
    }
  }

  private boolean take(List<Pending<I, O>> group, boolean company) {
    try {
      group.add(queue.take());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    // What fills the group already need not wait.
    if (queue.size() < limit - 1) {
      linger.await(company);
    }
    queue.drainTo(group, limit - 1);
    return true;
  }

  // Whatever goes wrong, an Error too, reaches those who wait for it; the batcher itself goes on.
  private void answer(List<Pending<I, O>> group) {
    try {
      List<O> answers = work.apply(group.stream().map(Pending::item).toList());
      for (int i = 0; i < group.size(); i++) {
        group.get(i).answer.complete(answers.get(i));
      }
    } catch (Throwable e) {
      group.forEach(pending -> pending.answer.completeExceptionally(e));
    }
  }

  /** How long a group that is not full waits for more. */
  @FunctionalInterface
  public interface Linger {
    /**
     * Returns when the group may begin.
     *
     * @param company whether the group before had more than one item
     */
    void await(boolean company);
  }

  private record Pending<I, O>(I item, CompletableFuture<O> answer) {}
}
