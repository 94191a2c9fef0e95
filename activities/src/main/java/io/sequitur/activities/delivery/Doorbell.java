package io.sequitur.activities.delivery;

import io.sequitur.activities.Batcher;
import io.sequitur.activities.Ringer;
import io.sequitur.activities.Ringer.Bell;
import io.sequitur.db.delivery.BellStore;
import io.sequitur.workflows.delivery.WebhookRef;
import io.sequitur.workflows.temporal.WorkflowIds;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rings the workflow of a webhook that has something due. When Temporal is away, what is due now is
 * attempted from here; the sweep rings for whatever stays due.
 */
@Singleton
public final class Doorbell {
  private static final Logger log = LoggerFactory.getLogger(Doorbell.class);

  private final Ringer ringer;
  private final BellStore bells;
  // Attempts ring, and a drain makes attempts.
  private final Provider<LocalDrains> local;
  private final ReplayBell replays;
  private final Batcher<Long, Boolean> later = new Batcher<>("doorbell", 1_000, this::dueNow);

  Doorbell(Ringer ringer, BellStore bells, Provider<LocalDrains> local, ReplayBell replays) {
    this.ringer = ringer;
    this.bells = bells;
    this.local = local;
    this.replays = replays;
  }

  /** Something became due now: rings where nobody is going to look that early. */
  public void dueNow(Collection<Long> webhooks) {
    if (!webhooks.isEmpty()) {
      ring(bells.dueNow(webhooks));
    }
  }

  /**
   * The same for whoever cannot wait for the database: a session may hold the row of a webhook.
   * Returns at once; what cannot be rung is rung by the sweep.
   */
  public void dueSoon(Collection<Long> webhooks) {
    for (long webhook : webhooks) {
      CompletableFuture<Boolean> unused =
          later
              .submit(webhook)
              .exceptionally(failure -> {
                log.debug("webhook {} is rung by the sweep", webhook, failure);
                return false;
              });
    }
  }

  private List<Boolean> dueNow(List<Long> webhooks) {
    dueNow(Set.copyOf(webhooks));
    return Collections.nCopies(webhooks.size(), true);
  }

  /**
   * The same where somebody wants to know: pauses end, and an open breaker lets its next probe
   * through at once.
   */
  public void lookNow(Collection<Long> webhooks) {
    resume(webhooks);
    dueNow(webhooks);
  }

  /** Ends pauses, without ringing: what they were for may not be so any more. */
  void resume(Collection<Long> webhooks) {
    if (!webhooks.isEmpty()) {
      bells.resume(webhooks);
    }
  }

  /** This webhook may be used again: what was held goes on, replays too. */
  public void usableAgain(long webhook) {
    lookNow(List.of(webhook));
    replays.changed(List.of(webhook));
  }

  /** Rings, whatever the record says. Returns at once. */
  public void ring(Collection<Long> webhooks) {
    for (long webhook : webhooks) {
      ringer.ring(
          new Bell(
              "WebhookWorkflow",
              WorkflowIds.webhook(webhook),
              "retries of webhook " + webhook,
              new WebhookRef(webhook)),
          () -> local.get().start(webhook));
    }
  }

  /** Rings replays, which have workflows of their own. */
  void ringReplays(Collection<UUID> ids) {
    replays.ring(ids);
  }

  @PreDestroy
  void close() {
    later.close();
  }
}
