package io.sequitur.db.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.delivery.HealthRule.Move;
import io.sequitur.db.delivery.ReplayStore.Action;
import io.sequitur.db.testing.AtOnce;
import io.sequitur.db.testing.Replaying;
import io.sequitur.db.testing.World;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Replays and live deliveries share a webhook's breaker and rate limit; its rule is scripted. */
final class ReplayProtectionTest {
  private static final BreakerRow HALF_OPEN =
      new BreakerRow("half-open", now(), now().plusSeconds(1), 1, 2, 0, 0, null);

  private final World world = new World();
  private final Replaying replaying = new Replaying(world);
  private final ScriptedHealth health = new ScriptedHealth();
  private final DeliveryStores stores = DeliveryStores.of(world.db.jdbi(), health);
  private long webhook;

  @BeforeEach
  void makeAWebhook() {
    webhook = world.webhook("w");
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void ofALiveDeliveryAndAReplayOneIsTheProbe() throws Exception {
    UUID replay = sentAndReplayed(3);
    breaker("open", 0, "now() - interval '1 s'");
    live();
    List<Callable<List<Claim>>> drains = new ArrayList<>(Collections.nCopies(3, this::due));
    drains.add(() -> replaying.claim(replay));
    List<Claim> probes = AtOnce.all(drains).stream().flatMap(List::stream).toList();
    assertThat(probes).hasSize(1).allMatch(claim -> claim.limits().guarded());
    assertThat(due()).isEmpty();
    assertThat(replaying.claim(replay)).isEmpty();
    assertThat(stores.replayBells().settle(replay, 1, false))
        .as("it sleeps until the probe is over, or its lease")
        .hasValueSatisfying(settled -> assertThat(settled.nextLook()).isGreaterThan(seconds(15)));
  }

  @Test
  void aReplayThatWaitedForAMoveClaimsByIt() throws Exception {
    UUID replay = sentAndReplayed(1);
    breaker("open", 0, "now() + interval '1 hour'");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Handle mover = world.db.open()) {
      mover.execute("select from webhook_state for update");
      Future<List<Claim>> claimed = threads.submit(() -> replaying.claim(replay));
      world.db.awaitWaiterOn(mover);
      mover.execute(
          "update webhook_state set breaker = 'half-open', breaker_places = 1, paused_until = null, "
              + "breaker_moved_at = clock_timestamp()");
      mover.commit();
      assertThat(verdict(claimed.get().getFirst())).isEqualTo(Checked.Verdict.GO);
    }
  }

  @Test
  void whoeverLearnsThatTheReceiverIsBackRingsTheOther() {
    UUID replay = sentAndReplayed(2);
    breaker("open", 0, "now() - interval '1 s'");
    live();
    Claim replayed = replaying.claim(replay).getFirst();
    everybodySleeps(replay);
    health.becomes(HALF_OPEN);
    Recorded byReplay = record(replayed, "delivered");
    assertThat(byReplay.toRing()).containsExactly(webhook);

    Claim live = due().getFirst();
    everybodySleeps(replay);
    health.becomes(new BreakerRow("closed", null, null, 0, 0, 0, 0, null));
    assertThat(record(live, "delivered").replaysToRing()).containsExactly(replay);
    assertThat(replaying.claim(replay)).hasSize(1);
  }

  @Test
  void aReplayAloneRingsNoWorkflowOfRetries() {
    UUID replay = sentAndReplayed(2);
    breaker("open", 0, "now() - interval '1 s'");
    Claim replayed = replaying.claim(replay).getFirst();
    health.becomes(HALF_OPEN);
    assertThat(record(replayed, "delivered").toRing()).isEmpty();
  }

  @Test
  void whatAReplayWasLetThroughAndDidNotSendLetsAnotherThrough() {
    UUID replay = sentAndReplayed(1);
    breaker("open", 0, "now() - interval '1 s'");
    live();
    Claim probe = replaying.claim(replay).getFirst();
    everybodySleeps(replay);
    assertThat(stores.claims().releaseGuarded(List.of(ClaimKey.of(probe)), world.me))
        .as("replays that could go on")
        .containsExactly(replay);
    assertThat(due()).hasSize(1);
    assertThat(replaying.claim(replay)).isEmpty();
  }

  @Test
  void whatAnOperatorEndsBeforeItIsSentLetsAnotherThroughAndSaysNothingOfTheReceiver() {
    UUID replay = sentAndReplayed(2);
    breaker("half-open", 1, "null");
    Claim replayed = replaying.claim(replay).getFirst();
    live();
    everybodySleeps(replay);
    assertThat(stores.replays().act(Replaying.OPERATOR, Action.CANCEL, replay, state -> null))
        .isPresent();
    assertThat(verdict(replayed)).isEqualTo(Checked.Verdict.ENDED);
    assertThat(stores.results().record(List.of(World.ended(replayed)), world.me).toRing())
        .containsExactly(webhook);
    Claim live = due().getFirst();
    live();
    everybodySleeps(replay);
    assertThat(due()).isEmpty();
    assertThat(stores.results().record(List.of(World.ended(live)), world.me).toRing())
        .containsExactly(webhook);
    assertThat(due()).hasSize(1);
    assertThat(health.results).as("what was not sent is no result").isEmpty();
  }

  @Test
  void aReplayClaimsNoMoreThanGetAPermitSoon() {
    world.set(webhook, "rate_count = 1, rate_per_ms = 1000, max_concurrency = 20");
    UUID replay = sentAndReplayed(8);
    assertThat(replaying.claim(replay)).hasSize(2).allMatch(claim -> claim.limits().rate());
  }

  @Test
  void aRateLimitsPauseHoldsBothAndTheReplaySleepsAsLong() {
    UUID replay = sentAndReplayed(2);
    live();
    stores.bells().pause(webhook, seconds(40));
    assertThat(due()).isEmpty();
    assertThat(replaying.claim(replay)).isEmpty();
    assertThat(stores.replayBells().settle(replay, 1, false))
        .hasValueSatisfying(
            settled -> assertThat(settled.nextLook()).isBetween(seconds(35), seconds(40)));
  }

  @Test
  void aLongFailureHoldsAReplayAndTheProbeThatWorksRingsIt() {
    UUID replay = sentAndReplayed(1);
    breaker("open", 0, "now() - interval '1 s'");
    world.state(webhook, "status = 'disabled', disabled_by = 'failing', since = now()");
    live();
    assertThat(replaying.claim(replay)).as("only live deliveries probe").isEmpty();
    assertThat(stores.replayBells().settle(replay, 1, false))
        .hasValueSatisfying(settled -> assertThat(settled.nextLook()).isNull());
    health.follows(new Move(HALF_OPEN, 0, null, null, true));
    assertThat(record(due().getFirst(), "delivered").replaysToRing()).containsExactly(replay);
    assertThat(replaying.claim(replay)).hasSize(1);
  }

  private UUID sentAndReplayed(int count) {
    for (int i = 0; i < count; i++) {
      UUID unused = replaying.delivered(null, webhook);
    }
    return replaying.replay("w");
  }

  /** One more delivery that is due, and whose webhook's drain has it to claim. */
  private void live() {
    UUID id = world.send(null, webhook).events().getFirst().id();
    world.db.execute(
        "update delivery_open set claim_owner = null, claim_until = null, claim_number = 0 where event_id = ?",
        id);
  }

  private void breaker(String state, int places, String until) {
    world.state(
        webhook,
        "breaker = '%s', breaker_trips = 1, breaker_since = now(), breaker_moved_at = now(), breaker_places = %d, paused_until = %s"
            .formatted(state, places, until));
  }

  /** Nobody looks before the lease of the attempt that is under way is over. */
  private void everybodySleeps(UUID replay) {
    world.state(webhook, "next_look = now() + interval '20 s'");
    world.db.execute("update replay set next_look = now() + interval '20 s' where id = ?", replay);
  }

  private Checked.Verdict verdict(Claim claim) {
    return stores.claims().check(List.of(ClaimKey.of(claim)), world.me).getFirst().verdict();
  }

  private List<Claim> due() {
    return stores.claims().claimDue(webhook, world.me, 10);
  }

  private Recorded record(Claim claim, String state) {
    return stores.results().record(List.of(World.result(claim, state, null)), world.me);
  }

  private static Duration seconds(int count) {
    return Duration.ofSeconds(count);
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MICROS);
  }
}
