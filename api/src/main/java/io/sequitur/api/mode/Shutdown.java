package io.sequitur.api.mode;

import java.util.concurrent.CountDownLatch;

/**
 * Ends a server when the process is told to end, and the process only when the server has ended.
 */
final class Shutdown {
  private Shutdown() {}

  /** The latch opens when everything is closed; Ctrl-C and SIGTERM begin it. */
  static CountDownLatch onSignal(AutoCloseable server) {
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("shutdown")
                .unstarted(() -> {
                  close(server);
                  stopped.countDown();
                }));
    return stopped;
  }

  // The process ends here whatever happens; what went wrong is the last thing it says.
  @SuppressWarnings("CatchingUnchecked")
  private static void close(AutoCloseable server) {
    try {
      server.close();
    } catch (Exception e) {
      System.err.println("sequitur: the stop was not clean: " + e.getMessage());
    }
  }
}
