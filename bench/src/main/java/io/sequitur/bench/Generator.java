package io.sequitur.bench;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Offers a load in an open loop: each event is sent when it is due, whether or not earlier ones
 * have been answered, as long as a connection is free. There is no queue, so memory is bounded; an
 * event that finds no free connection goes out late, and its latency counts from when it was due.
 *
 * <p>One platform thread for each connection: a blocking read costs one system call, a parked
 * virtual thread four.
 */
final class Generator implements Closeable {
  /** They outlive a load, so that the first events of a measured one need not connect. */
  private final List<Publisher> publishers;

  Generator(List<Publisher> publishers) {
    this.publishers = List.copyOf(publishers);
  }

  /** Sends the ledger's schedule; what is not sent at the deadline stays unsent. */
  void run(EventTemplate template, Ledger ledger, long deadlineNanos) throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (Publisher publisher : publishers) {
      Sender sender = new Sender(publisher, template.copy(), ledger, next, deadlineNanos);
      threads.add(Thread.ofPlatform().daemon().name("bench-sender").start(sender));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Override
  public void close() throws IOException {
    for (Publisher publisher : publishers) {
      publisher.close();
    }
  }

  private static final class Sender implements Runnable {
    private final Publisher publisher;
    private final EventTemplate template;
    private final Ledger ledger;
    private final AtomicInteger next;
    private final long deadlineNanos;

    Sender(
        Publisher publisher,
        EventTemplate template,
        Ledger ledger,
        AtomicInteger next,
        long deadlineNanos) {
      this.publisher = publisher;
      this.template = template;
      this.ledger = ledger;
      this.next = next;
      this.deadlineNanos = deadlineNanos;
    }

    @Override
    public void run() {
      int batch = ledger.schedule().batch();
      int event = next.getAndAdd(batch);
      while (event < ledger.schedule().count() && waitUntilDue(event)) {
        send(event, batch);
        event = next.getAndAdd(batch);
      }
    }

    private void send(int first, int count) {
      ledger.sent(first, System.nanoTime());
      try {
        Publisher.Published published = publisher.publish(template, first);
        long now = System.nanoTime();
        if (published.taken()) {
          for (int event = first; event < first + count; event++) {
            ledger.acknowledged(event, now);
          }
          ledger.ids.add(published.answer());
        } else {
          ledger.refused(published.answer());
        }
      } catch (SocketTimeoutException e) {
        ledger.refused("no answer in time");
      } catch (IOException e) {
        ledger.refused(e.getClass().getSimpleName() + ": " + e.getMessage());
      }
    }

    private boolean waitUntilDue(int event) {
      long due = ledger.schedule().dueNanos(event);
      long now = System.nanoTime();
      while (now - due < 0) {
        LockSupport.parkNanos(due - now);
        now = System.nanoTime();
      }
      return now - deadlineNanos < 0;
    }
  }
}
