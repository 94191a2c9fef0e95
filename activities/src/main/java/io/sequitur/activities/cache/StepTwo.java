package io.sequitur.activities.cache;

import io.sequitur.activities.Telemetry;
import io.sequitur.activities.webhook.CompiledWebhooks;
import io.sequitur.db.cache.InvalidationStore;
import io.sequitur.db.cache.Stale;
import jakarta.inject.Singleton;
import java.util.Collection;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Step 2 in this process: raises the epochs of what was changed, and frees what is compiled here.
 * Routing does the same in its own transaction, when the statement that took its events saw
 * something pending; what comes without an event is found by the dispatcher's poll.
 */
@Singleton
public final class StepTwo {
  private static final Logger log = LoggerFactory.getLogger(StepTwo.class);

  private final InvalidationStore invalidations;
  private final CompiledWebhooks webhooks;
  private final Telemetry telemetry;

  StepTwo(InvalidationStore invalidations, CompiledWebhooks webhooks, Telemetry telemetry) {
    this.invalidations = invalidations;
    this.webhooks = webhooks;
    this.telemetry = telemetry;
  }

  /**
   * Takes every invalidation that is committed; nothing that begins afterwards uses what they name.
   *
   * @throws JdbiException when the database is away; then all of it is still pending
   */
  public void run() {
    done(invalidations.drain());
  }

  /** Frees what somebody's step 2 made stale. Correctness does not rest on it. */
  public void done(Stale stale) {
    if (stale.everything()) {
      log.warn(
          "all configuration in memory was invalidated: a table of it was emptied, or changed behind its triggers"
              + " (sequitur.schema_change names it)");
      telemetry.everythingStale();
      webhooks.dropAll();
    }
    free(stale.webhooks());
  }

  void free(Collection<Long> uids) {
    webhooks.drop(uids);
  }
}
