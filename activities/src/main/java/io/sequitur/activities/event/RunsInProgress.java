package io.sequitur.activities.event;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sequitur.activities.delivery.Attempts;
import io.sequitur.activities.delivery.Places;
import io.sequitur.db.delivery.Claim;
import io.sequitur.db.event.Routed;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The runs that this process routed: their claims until step 3, then their attempts, which the
 * dispatcher's head start and the workflow share. A run that is not here has been routed elsewhere,
 * or long ago; its claims are not ours.
 */
@Singleton
public final class RunsInProgress {
  /** Longer than a claim lives. */
  private static final Duration MEMORY = Duration.ofMinutes(2);

  private final Cache<UUID, Progress> runs = Caffeine.newBuilder().expireAfterWrite(MEMORY).build();
  private final Attempts attempts;

  RunsInProgress(Attempts attempts) {
    this.attempts = attempts;
  }

  void add(UUID run, List<Claim> claims) {
    runs.put(run, new Progress(claims));
  }

  /** Starts the attempts of a run that was routed just now; the places end with them. */
  void start(Routed routed, Places places) {
    Progress progress = new Progress(List.of());
    progress.started = attempts.start(routed.claims(), routed.checks(), places);
    runs.put(routed.runId(), progress);
  }

  /** Starts the run's attempts, or joins them when they were started before. */
  public CompletableFuture<Void> deliver(UUID run) {
    Progress progress = runs.getIfPresent(run);
    return progress == null ? CompletableFuture.completedFuture(null) : progress.start(attempts);
  }

  private static final class Progress {
    private List<Claim> claims;
    private @Nullable CompletableFuture<Void> started;

    Progress(List<Claim> claims) {
      this.claims = claims;
    }

    synchronized CompletableFuture<Void> start(Attempts attempts) {
      if (started == null) {
        started = attempts.start(claims);
        // The bodies need not be remembered as long as the run.
        claims = List.of();
      }
      return started;
    }
  }
}
