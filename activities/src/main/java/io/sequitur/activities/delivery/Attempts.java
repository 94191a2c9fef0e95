package io.sequitur.activities.delivery;

import io.sequitur.activities.Batcher;
import io.sequitur.activities.ProcessId;
import io.sequitur.activities.Telemetry;
import io.sequitur.activities.delivery.Gates.Permit;
import io.sequitur.activities.delivery.http.EgressClient;
import io.sequitur.activities.webhook.CompiledWebhook;
import io.sequitur.activities.webhook.CompiledWebhooks;
import io.sequitur.db.delivery.AttemptRow;
import io.sequitur.db.delivery.BellStore;
import io.sequitur.db.delivery.Checked;
import io.sequitur.db.delivery.Claim;
import io.sequitur.db.delivery.ClaimKey;
import io.sequitur.db.delivery.ClaimStore;
import io.sequitur.db.delivery.Lease;
import io.sequitur.db.delivery.PermitStore;
import io.sequitur.db.delivery.PlaceStore;
import io.sequitur.db.delivery.Recorded;
import io.sequitur.db.delivery.ResultStore;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes attempts of claimed deliveries, each on a virtual thread: wait for a place on the wire,
 * check strictly, send, record. Checks and results of all attempts that are ready at the same time
 * share one statement.
 */
@Singleton
public final class Attempts {
  private static final Logger log = LoggerFactory.getLogger(Attempts.class);

  /**
   * The bytes go out within this time of the strict check, or the check is repeated (design G3).
   * Monotonic clock.
   */
  private static final Duration FRESH = Duration.ofMillis(250);

  private static final int GROUP = 256;

  /**
   * Nobody waits for the result of a first attempt without a lane, and writing it down is what
   * costs the database most; a lane's next one and a replay's places do wait. A drain waits, too,
   * but has claimed ahead ({@link Drain}): with one place, that makes some 160 attempts a second.
   */
  private static final Duration RESULTS_LINGER = Duration.ofMillis(20);

  /**
   * More first attempts of one webhook do not queue in this process: they become rows for its
   * workflow.
   */
  private static final int QUEUE = 1_000;

  /** How long a stop waits for what is on the wire: longer than any webhook's time-out. */
  private static final Duration LAST_ATTEMPTS = Duration.ofSeconds(35);

  /** What was cut off then may still write down that it was. */
  private static final Duration LAST_RESULTS = Duration.ofSeconds(2);

  private final AttemptThreads threads = new AttemptThreads();
  private final SharedPlaces shares;
  private final Gates gates;
  private final RateLimits rates;
  private final Batcher<ClaimKey, Checked> checks;
  private final Batcher<AttemptRow, Boolean> results;
  private final Batcher<AttemptRow, Boolean> awaitedResults;
  private final Releases releases;
  private final ClaimStore claims;
  private final CompiledWebhooks webhooks;
  private final Sender sender;
  private final Results outcomes;
  private final Doorbell doorbell;
  private final ProcessId me;
  private final Telemetry telemetry;
  private volatile boolean stopping;

  Attempts(
      ClaimStore claims,
      ResultStore store,
      PermitStore permits,
      PlaceStore shares,
      BellStore bells,
      CompiledWebhooks webhooks,
      EgressClient egress,
      Doorbell doorbell,
      ProcessId me,
      Clock clock,
      SendingEnvironment environment,
      Telemetry telemetry) {
    this.claims = claims;
    this.webhooks = webhooks;
    this.sender = new Sender(egress, clock);
    this.outcomes = new Results(clock, new SecureRandom(), environment.digest());
    this.doorbell = doorbell;
    this.me = me;
    this.telemetry = telemetry;
    this.rates = new RateLimits(permits);
    this.shares = new SharedPlaces(shares, me);
    this.gates = this.shares.gates();
    Recorder recorder = new Recorder(store, me, this::goOn);
    this.checks = new Batcher<>("strict-checks", GROUP, this::check);
    this.results = new Batcher<>("results", GROUP, RESULTS_LINGER, recorder::record);
    this.awaitedResults = new Batcher<>("awaited-results", GROUP, recorder::record);
    this.releases = new Releases(claims, bells, doorbell, me);
  }

  /** Whether this process is stopping, so that nothing more should be claimed for it. */
  boolean stopping() {
    return stopping;
  }

  /** Whether one more first attempt of this webhook may queue here. */
  public boolean hasRoomFor(long webhook) {
    return gates.waiting(webhook) < QUEUE;
  }

  /**
   * Starts an attempt for each claim; completes when all of them are recorded or given up, and
   * never exceptionally.
   */
  public CompletableFuture<Void> start(Collection<Claim> claimed) {
    return CompletableFuture.allOf(
        claimed.stream().map(claim -> start(claim, null)).toArray(CompletableFuture<?>[]::new));
  }

  /** The same for claims of a routing, which was the strict check of those that have a place. */
  public CompletableFuture<Void> start(
      Collection<Claim> claimed, List<Checked> checks, Places places) {
    Map<ClaimKey, Checked> byClaim =
        checks.stream().collect(Collectors.toMap(Checked::claim, check -> check));
    try (places) {
      return CompletableFuture.allOf(
          claimed.stream()
              .map(claim ->
                  start(claim, head(byClaim.get(ClaimKey.of(claim)), places, claim.webhookUid())))
              .toArray(CompletableFuture<?>[]::new));
    }
  }

  private static @Nullable Head head(@Nullable Checked checked, Places places, long webhook) {
    Permit permit = checked == null ? null : places.take(webhook);
    return permit == null
        ? null
        : new Head(Objects.requireNonNull(checked), places.since(), permit);
  }

  /** What routing has done of an attempt already: a place on the wire and, after it, the check. */
  private record Head(Checked checked, long asked, Permit permit) {}

  private CompletableFuture<Void> start(Claim claim, @Nullable Head head) {
    try {
      return threads.run(() -> attempt(claim, head));
    } catch (RejectedExecutionException e) {
      if (head != null) {
        head.permit.close();
      }
      // This process is stopping: another one, or the next one, goes on with the delivery.
      releases.due(claim);
      return CompletableFuture.completedFuture(null);
    }
  }

  /** Where a routing keeps the places of what it is about to claim. */
  public Places places() {
    return new Places(gates);
  }

  // A claim that is left behind by a failure lapses, and the sweep finds its delivery: nothing is
  // lost, so the failure is only logged.
  @SuppressWarnings("CatchingUnchecked")
  private void attempt(Claim claim, @Nullable Head head) {
    try (Permit permit =
        head != null
            ? head.permit
            : gates.enter(claim.webhookUid(), claim.maxConcurrency(), Lease.PERMIT_WAIT)) {
      if (permit == null || stopping) {
        releases.due(claim);
        return;
      }
      Optional<Duration> wait =
          claim.limits().rate() ? rates.await(claim.webhookUid()) : Optional.empty();
      if (wait.isPresent()) {
        telemetry.rateWaited();
        releases.until(claim, wait.get());
        return;
      }
      checkAndSend(claim, permit, head);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      log.warn(
          "event {} for webhook {}: the attempt was given up: {}",
          claim.eventId(),
          claim.webhook(),
          e.toString());
      log.debug("the attempt was given up", e);
    }
  }

  private void checkAndSend(Claim claim, Permit permit, @Nullable Head head) {
    for (Head done = head; ; done = null) {
      long asked = done != null ? done.asked : System.nanoTime();
      Checked checked = done != null ? done.checked : checks.call(ClaimKey.of(claim));
      switch (checked.verdict()) {
        case LOST -> {
          return;
        }
        case DELETED, ENDED -> {
          record(Results.cancelled(claim, checked));
          return;
        }
        case HELD -> {
          releases.held(claim);
          return;
        }
        case LAPSING, BEHIND -> {
          releases.due(claim);
          return;
        }
        case PAUSED -> {
          releases.late(claim);
          return;
        }
        case GO -> {
          Optional<CompiledWebhook> webhook =
              webhooks.get(claim.webhookUid(), Objects.requireNonNull(checked.version()));
          boolean fresh = System.nanoTime() - asked < FRESH.toNanos();
          if (webhook.isPresent() && fresh) {
            send(claim.laned(checked.laned()), checked, webhook.get(), permit);
            return;
          }
        }
      }
    }
  }

  private void send(Claim claim, Checked checked, CompiledWebhook webhook, Permit permit) {
    Results.Sent sent = sender.send(claim, webhook);
    // The wire is free again; writing the result down needs no place on it.
    permit.close();
    telemetry.attempted(sent.result(), sent.duration());
    AttemptRow row = outcomes.row(claim, checked, webhook, sent);
    record(row);
    if (row.replay() == null && row.next().equals("exhausted")) {
      telemetry.deadLettered(1);
    }
  }

  private void record(AttemptRow row) {
    (row.keyId() == null && row.replay() == null ? results : awaitedResults).call(row);
  }

  private List<Checked> check(List<ClaimKey> keys) {
    Map<ClaimKey, Checked> checked = new HashMap<>();
    claims.check(keys, me.value()).forEach(answer -> checked.put(answer.claim(), answer));
    return keys.stream()
        .map(key -> Objects.requireNonNull(checked.get(key), "the check answers for every claim"))
        .toList();
  }

  private void goOn(Recorded recorded) {
    doorbell.ring(recorded.toRing());
    doorbell.ringReplays(recorded.replaysToRing());
    // Each records its own end; nobody waits here for the rest of a lane.
    CompletableFuture<Void> unused = start(recorded.heads());
  }

  /**
   * Waits until every attempt on the wire is recorded, so that a stop loses nothing and repeats
   * nothing; those that still wait for a place give their claims back. What is not over in time is
   * cut off: its claim lapses, and it is made again elsewhere.
   */
  @PreDestroy
  void close() throws InterruptedException {
    stopping = true;
    if (!threads.end(LAST_ATTEMPTS, LAST_RESULTS)) {
      log.warn(
          "attempts were still under way after {} s and were cut off: they are made again",
          LAST_ATTEMPTS.toSeconds());
    }
    checks.close();
    results.close();
    awaitedResults.close();
    releases.close();
    rates.close();
    shares.close();
  }
}
