package io.sequitur.activities.cache;

import io.sequitur.activities.KeptEntries;
import io.sequitur.activities.Telemetry;
import io.sequitur.db.cache.InvalidationStore;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, from time to time, whether what is kept here (webhooks, rules, event types) is what its
 * rows say. It is a detector: a difference is counted and told, and left as it is, as it must not
 * be taken for routine. What is pending, or was changed meanwhile, is not compared: nobody uses it,
 * however old it is.
 */
@Singleton
public final class Verifier {
  private static final Logger log = LoggerFactory.getLogger(Verifier.class);
  private static final Duration INTERVAL = Duration.ofSeconds(30);
  private static final int SAMPLE = 20;

  private final List<KeptEntries> kept;
  private final InvalidationStore invalidations;
  private final Telemetry telemetry;
  private final Thread thread = Thread.ofVirtual().name("verifier").unstarted(this::run);

  Verifier(List<KeptEntries> kept, InvalidationStore invalidations, Telemetry telemetry) {
    this.kept = kept;
    this.invalidations = invalidations;
    this.telemetry = telemetry;
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(INTERVAL);
        verify();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void verify() {
    try {
      int unused = verify(SAMPLE);
    } catch (JdbiException e) {
      log.debug("nothing was verified", e);
    }
  }

  /** Compares so many entries of each kind with their rows; returns how many differ. */
  public int verify(int sample) {
    int different = 0;
    for (KeptEntries entries : kept) {
      // Asked each time: what is pending is read past what is kept.
      for (String entry : invalidations.pending() ? List.<String>of() : entries.different(sample)) {
        different++;
        log.error(
            "{} is not kept as its rows say, at the same version: a table was written to while its triggers were off,"
                + " or this is a fault of Sequitur",
            entry);
      }
    }
    telemetry.stale(different);
    return different;
  }

  @PreDestroy
  void stop() {
    thread.interrupt();
  }
}
