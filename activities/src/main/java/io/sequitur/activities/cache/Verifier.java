package io.sequitur.activities.cache;

import io.sequitur.activities.Telemetry;
import io.sequitur.activities.webhook.CompiledWebhook;
import io.sequitur.activities.webhook.CompiledWebhooks;
import io.sequitur.db.cache.InvalidationStore;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, from time to time, whether what is compiled here is what its rows say. It is a detector: a
 * difference is counted and told, and left as it is, as it must not be taken for routine. What is
 * pending, or was changed meanwhile, is not compared.
 */
@Singleton
public final class Verifier {
  private static final Logger log = LoggerFactory.getLogger(Verifier.class);
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final int SAMPLE = 20;

  private final CompiledWebhooks webhooks;
  private final InvalidationStore invalidations;
  private final Telemetry telemetry;
  private final Thread thread = Thread.ofVirtual().name("verifier").unstarted(this::run);

  Verifier(CompiledWebhooks webhooks, InvalidationStore invalidations, Telemetry telemetry) {
    this.webhooks = webhooks;
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

  /** Compares so many entries with their rows; returns how many differ. */
  public int verify(int sample) {
    int different = 0;
    Map<Long, CompiledWebhook> chosen = webhooks.sample(sample);
    if (!chosen.isEmpty() && !invalidations.pending()) {
      for (Map.Entry<Long, CompiledWebhook> entry : chosen.entrySet()) {
        different += isStale(entry.getKey(), entry.getValue()) ? 1 : 0;
      }
    }
    telemetry.stale(different);
    return different;
  }

  // An entry of another version is not used, however old it is: every attempt asks for the version.
  private boolean isStale(long uid, CompiledWebhook kept) {
    boolean stale =
        webhooks
            .read(uid)
            .filter(now -> now.version().equals(kept.version()) && !now.equals(kept))
            .isPresent();
    if (stale) {
      log.error(
          "webhook {} is not compiled as its rows say, at the same version: a table was written to while its triggers"
              + " were off, or this is a fault of Sequitur",
          kept.name());
    }
    return stale;
  }

  @PreDestroy
  void stop() {
    thread.interrupt();
  }
}
