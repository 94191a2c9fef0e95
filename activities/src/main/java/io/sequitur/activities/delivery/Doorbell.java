package io.sequitur.activities.delivery;

import io.grpc.StatusRuntimeException;
import io.sequitur.activities.TemporalErrors;
import io.sequitur.db.delivery.BellStore;
import io.sequitur.workflows.delivery.WebhookRef;
import io.sequitur.workflows.temporal.TaskQueues;
import io.sequitur.workflows.temporal.WorkflowIds;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rings the workflow of a webhook that has something due: signal-with-start, without payload. When
 * Temporal is away, what is due now is attempted from here; the sweep rings for whatever stays due.
 */
@Singleton
public final class Doorbell {
  private static final Logger log = LoggerFactory.getLogger(Doorbell.class);

  /**
   * The in-process test server may answer "already started" or "completed" in the middle of a
   * signal-with-start.
   */
  private static final int TRIES = 3;

  private final WorkflowClient temporal;
  private final BellStore bells;
  // Attempts ring, and a drain makes attempts.
  private final Provider<LocalDrains> local;
  private final ReplayBell replays;

  private volatile boolean stopped;

  Doorbell(
      WorkflowClient temporal, BellStore bells, Provider<LocalDrains> local, ReplayBell replays) {
    this.temporal = temporal;
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
      Thread.ofVirtual().name("ring-" + webhook).start(() -> ringOne(webhook));
    }
  }

  /** Rings replays, which have workflows of their own. */
  void ringReplays(Collection<UUID> ids) {
    replays.ring(ids);
  }

  private void ringOne(long webhook) {
    for (int left = TRIES; left > 0; left--) {
      try {
        signal(webhook);
        return;
      } catch (WorkflowException | StatusRuntimeException e) {
        log.debug("ringing webhook {} failed, {} tries left", webhook, left - 1, e);
        if (TemporalErrors.away(e)) {
          drainHere(webhook);
          return;
        }
      }
    }
    log.warn("Temporal did not take the ring for webhook {}: the sweep will ring again", webhook);
  }

  // A process that stops has nobody left to drain with; the sweep of another one rings again.
  private void drainHere(long webhook) {
    if (!stopped) {
      local.get().start(webhook);
    }
  }

  @PreDestroy
  void stop() {
    stopped = true;
  }

  private void signal(long webhook) {
    WorkflowOptions options =
        WorkflowOptions.newBuilder()
            .setWorkflowId(WorkflowIds.webhook(webhook))
            .setTaskQueue(TaskQueues.ENGINE)
            .setStaticSummary("retries of webhook " + webhook)
            .build();
    WorkflowStub stub = temporal.newUntypedWorkflowStub("WebhookWorkflow", options);
    stub.signalWithStart("ring", new Object[0], new Object[] {new WebhookRef(webhook)});
  }
}
