package io.sequitur.activities.delivery;

import io.sequitur.activities.EngineActivity;
import io.sequitur.activities.ProcessId;
import io.sequitur.db.delivery.BellStore;
import io.sequitur.db.delivery.ClaimStore;
import io.sequitur.db.delivery.Situation;
import io.sequitur.workflows.delivery.DrainWebhook;
import io.sequitur.workflows.delivery.WebhookRef;
import io.sequitur.workflows.temporal.ActivityPolicies;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;

/** The drain of a webhook's workflow: heartbeats, and writes down when to look next. */
@Singleton
final class DrainActivity implements DrainWebhook, EngineActivity {
  /**
   * A backlog may last for days, at the rate of its webhook. No activity does: others get its slot
   * in between.
   */
  private static final Duration TURN = Duration.ofSeconds(30);

  private final BellStore bells;
  private final ClaimStore claims;
  private final Attempts attempts;
  private final ProcessId me;

  DrainActivity(BellStore bells, ClaimStore claims, Attempts attempts, ProcessId me) {
    this.bells = bells;
    this.claims = claims;
    this.attempts = attempts;
    this.me = me;
  }

  @Override
  public Drained drainWebhook(WebhookRef webhook, long number) {
    if (!bells.begin(webhook.uid(), number)) {
      return new Drained(null, 0, null, null, null);
    }
    ActivityExecutionContext context = Activity.getExecutionContext();
    Drain drain = new Drain(webhook.uid(), claims, attempts, me, TURN);
    try {
      drain.run(() -> context.heartbeat(drain.attempted()), ActivityPolicies.HEARTBEAT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Activity.wrap(e);
    }
    Instant next = bells.settle(webhook.uid(), number).orElse(null);
    Situation situation = bells.situation(webhook.uid());
    long waiting = situation.waiting();
    return new Drained(
        next,
        drain.attempted(),
        drain.name(),
        waiting < Situation.MOST ? String.valueOf(waiting) : "at least " + waiting,
        situation.trouble().reason());
  }
}
