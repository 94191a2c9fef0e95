package io.sequitur.workflows.delivery;

import io.sequitur.workflows.delivery.DrainWebhook.Drained;
import io.sequitur.workflows.temporal.ActivityPolicies;
import io.sequitur.workflows.temporal.AlarmClock;
import io.temporal.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;

/**
 * Drains, then sleeps until the next row is due or the bell rings, and ends when nothing waits. It
 * sleeps or ends only if the bell did not ring since the drain began: a ring in between may stand
 * for a row that the drain did not see.
 */
public final class WebhookWorkflowImpl implements WebhookWorkflow {
  // Keeps the history of one run small; the next run goes on from rows alone.
  private static final int DRAINS_PER_RUN = 500;

  private final DrainWebhook delivery =
      Workflow.newActivityStub(DrainWebhook.class, ActivityPolicies.drain());
  private final AlarmClock clock = new AlarmClock();

  @Override
  public void run(WebhookRef webhook) {
    for (int drain = 1; drain <= DRAINS_PER_RUN; drain++) {
      clock.listen();
      Drained drained =
          delivery.drainWebhook(
              webhook, DrainNumber.of(Workflow.getInfo().getRunStartedTimestampMillis(), drain));
      Workflow.setCurrentDetails(details(webhook, drained));
      Instant next = drained.nextLook();
      if (next == null && !clock.rung()) {
        return;
      }
      if (next != null) {
        clock.sleep(Duration.ofMillis(next.toEpochMilli() - Workflow.currentTimeMillis()));
      }
    }
    Workflow.continueAsNew(webhook);
  }

  @Override
  public void ring() {
    clock.ring();
  }

  private static String details(WebhookRef webhook, Drained drained) {
    String name =
        drained.webhook() == null
            ? "deleted webhook " + webhook.uid()
            : "webhook " + drained.webhook();
    String next =
        drained.nextLook() == null ? "nothing waits" : "next attempt at " + drained.nextLook();
    String waiting = drained.waiting() == null ? "" : ", " + drained.waiting() + " open";
    String trouble = drained.trouble() == null ? "" : "; " + drained.trouble();
    return name
        + ": "
        + drained.attempted()
        + " attempts in the last drain"
        + waiting
        + ", "
        + next
        + trouble;
  }
}
