package io.sequitur.api.cli.listen;

import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Decides what each delivery is answered, prints it and counts it, one at a time. */
final class Journal {
  private final DeliveryLine lines;
  private final boolean withBodies;
  private final List<Integer> statuses;
  private final Tally tally = new Tally();
  private final CountDownLatch remaining;
  private final boolean endless;
  private int received;

  /**
   * A journal of so many deliveries.
   *
   * @param statuses answered in turn; the last one is for all that follow
   * @param expected after how many to stop; 0 for never
   */
  Journal(DeliveryLine lines, boolean withBodies, List<Integer> statuses, int expected) {
    this.lines = lines;
    this.withBodies = withBodies;
    this.statuses = List.copyOf(statuses);
    this.endless = expected == 0;
    this.remaining = new CountDownLatch(endless ? 1 : expected);
  }

  /** Notes a delivery and returns the status to answer. */
  synchronized int record(Received delivery) {
    int status = statuses.get(Math.min(received, statuses.size() - 1));
    received++;
    tally.count(delivery, status);
    lines.print(delivery, status, withBodies);
    return status;
  }

  /** The answer of one delivery is out. */
  void answered() {
    if (!endless) {
      remaining.countDown();
    }
  }

  void awaitExpected() throws InterruptedException {
    remaining.await();
  }

  String summary() {
    return tally.summary();
  }
}
