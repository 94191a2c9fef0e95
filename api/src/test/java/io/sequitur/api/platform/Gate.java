package io.sequitur.api.platform;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A named point at which a test holds somebody up. Open at first. */
final class Gate {
  private static final long PATIENCE_SECONDS = 60;

  private volatile CountDownLatch reached = new CountDownLatch(0);
  private volatile CountDownLatch opened = new CountDownLatch(0);

  void close() {
    reached = new CountDownLatch(1);
    opened = new CountDownLatch(1);
  }

  void open() {
    opened.countDown();
  }

  /** Waits until somebody stands there. */
  void awaitReached() throws InterruptedException {
    if (!reached.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("nobody came");
    }
  }

  /** Goes through, as soon as it is open. */
  void pass() throws InterruptedException {
    reached.countDown();
    boolean unused = opened.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
