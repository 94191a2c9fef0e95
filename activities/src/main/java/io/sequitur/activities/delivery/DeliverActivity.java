package io.sequitur.activities.delivery;

import io.sequitur.activities.EngineActivity;
import io.sequitur.activities.event.RunsInProgress;
import io.sequitur.workflows.delivery.Deliver;
import io.sequitur.workflows.event.Affected;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Step 3. Claims of other processes are left alone: theirs to attempt, and the sweep's when they
 * lapse.
 */
@Singleton
final class DeliverActivity implements Deliver, EngineActivity {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final RunsInProgress runs;

  DeliverActivity(RunsInProgress runs) {
    this.runs = runs;
  }

  @Override
  public void deliver(Affected affected) {
    CompletableFuture<?>[] attempts =
        affected.runs().stream()
            .map(run -> runs.deliver(UUID.fromString(run)))
            .toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(attempts).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // A group never waits for one receiver: what is still on the wire records its own result.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("attempts never end exceptionally", e);
    }
  }
}
