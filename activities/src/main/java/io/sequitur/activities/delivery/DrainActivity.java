package io.sequitur.activities.delivery;

import io.sequitur.activities.EngineActivity;
import io.sequitur.activities.ProcessId;
import io.sequitur.db.delivery.BellStore;
import io.sequitur.db.delivery.Claim;
import io.sequitur.db.delivery.ClaimStore;
import io.sequitur.workflows.delivery.DrainWebhook;
import io.sequitur.workflows.delivery.WebhookRef;
import io.sequitur.workflows.temporal.ActivityPolicies;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import io.temporal.client.ActivityCompletionException;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Attempts what is due for one webhook, a place on the wire at a time, until nothing is. */
@Singleton
final class DrainActivity implements DrainWebhook, EngineActivity {
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
      return new Drained(null, 0, null);
    }
    Drain drain = new Drain(webhook.uid(), Activity.getExecutionContext());
    drain.run();
    Instant next = bells.settle(webhook.uid(), number).orElse(null);
    return new Drained(next, drain.attempted, drain.name);
  }

  /** One run of the activity. */
  private final class Drain {
    private final long webhook;
    private final ActivityExecutionContext context;
    private final Set<CompletableFuture<Void>> onTheWire = new HashSet<>();
    private int places = 1;
    private int attempted;
    private @Nullable String name;

    Drain(long webhook, ActivityExecutionContext context) {
      this.webhook = webhook;
      this.context = context;
    }

    void run() {
      while (true) {
        List<Claim> due =
            onTheWire.size() < places
                ? claims.claimDue(webhook, me.value(), places - onTheWire.size())
                : List.of();
        due.forEach(this::start);
        if (onTheWire.isEmpty()) {
          return;
        }
        waitForOne();
        onTheWire.removeIf(CompletableFuture::isDone);
      }
    }

    private void start(Claim claim) {
      places = claim.maxConcurrency();
      name = claim.webhook();
      attempted++;
      onTheWire.add(attempts.start(List.of(claim)));
    }

    // Heartbeats while it waits; a worker that shuts down stops claiming here, and the attempts on
    // the wire record themselves.
    private void waitForOne() {
      CompletableFuture<Object> any =
          CompletableFuture.anyOf(onTheWire.toArray(CompletableFuture<?>[]::new));
      while (true) {
        heartbeat();
        try {
          any.get(ActivityPolicies.HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
          return;
        } catch (TimeoutException e) {
          // Still on the wire: heartbeat and wait on.
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw Activity.wrap(e);
        } catch (ExecutionException e) {
          throw new IllegalStateException("attempts never end exceptionally", e);
        }
      }
    }

    private void heartbeat() throws ActivityCompletionException {
      context.heartbeat(attempted);
    }
  }
}
