package io.sequitur.bench;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

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
  private final List<HttpConnection> connections;

  private final Duration timeout;

  Generator(Endpoint endpoint, int connections, Duration timeout) {
    this.connections =
        Stream.generate(() -> new HttpConnection(endpoint, timeout)).limit(connections).toList();
    this.timeout = timeout;
  }

  /** Sends the ledger's schedule; what is not sent at the deadline stays unsent. */
  void run(EventTemplate template, Ledger ledger, long deadlineNanos) throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (HttpConnection connection : connections) {
      Sender sender = new Sender(connection, template.copy(), ledger, next, deadlineNanos);
      threads.add(Thread.ofPlatform().daemon().name("bench-sender").start(sender));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Override
  public void close() throws IOException {
    for (HttpConnection connection : connections) {
      connection.close();
    }
  }

  private final class Sender implements Runnable {
    private final HttpConnection connection;
    private final EventTemplate template;
    private final Ledger ledger;
    private final AtomicInteger next;
    private final long deadlineNanos;

    Sender(
        HttpConnection connection,
        EventTemplate template,
        Ledger ledger,
        AtomicInteger next,
        long deadlineNanos) {
      this.connection = connection;
      this.template = template;
      this.ledger = ledger;
      this.next = next;
      this.deadlineNanos = deadlineNanos;
    }

    @Override
    public void run() {
      int event = next.getAndIncrement();
      while (event < ledger.schedule().count() && waitUntilDue(event)) {
        send(event);
        event = next.getAndIncrement();
      }
    }

    private void send(int event) {
      ledger.sent(event, System.nanoTime());
      try {
        HttpConnection.Answer answer = connection.exchange(template.request(event));
        if (answer.isSuccess()) {
          ledger.acknowledged(event, System.nanoTime());
          ledger.ids.add(answer.body());
        } else {
          ledger.refused("HTTP " + answer.status());
        }
      } catch (SocketTimeoutException e) {
        ledger.refused("no answer within " + timeout.toSeconds() + " s");
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
