package io.sequitur.db.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sequitur.db.delivery.ReplayStore.Action;
import io.sequitur.db.testing.Replaying;
import io.sequitur.db.testing.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One attempt at a time per lane, whoever makes it, and nobody is left behind. */
final class ReplayLaneTest {
  private final World world = new World();
  private final Replaying replaying = new Replaying(world);
  private final long webhook = world.webhook("w", "ordered = true");

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void replayWaitsForTheLiveAttemptOfItsLane() {
    UUID first = replaying.delivered("k", webhook);
    UUID other = replaying.delivered("other", webhook);
    Claim live = world.claimed("k", webhook);
    UUID replay = replaying.replay("w");
    assertThat(replaying.claim(replay)).extracting(Claim::eventId).containsExactly(other);
    replaying.record(live, "delivered");
    assertThat(replaying.claim(replay)).extracting(Claim::eventId).containsExactly(first);
  }

  @Test
  void liveDeliveryWaitsForTheReplaysAttemptInItsLaneAndFollowsIt() {
    replaying.delivered("k", webhook);
    Claim replayed = replaying.claim(replaying.replay("w")).getFirst();
    UUID live = world.send("k", webhook).events().getFirst().id();
    assertThat(world.stateOf(live)).isEqualTo("waiting");
    world.delivery.sweep().freeHeads(Duration.ofSeconds(-1));
    assertThat(world.delivery.claims().claimDue(webhook, world.me, 10)).isEmpty();
    assertThat(replaying.record(replayed, "delivered").heads())
        .extracting(Claim::eventId, Claim::replay)
        .containsExactly(tuple(live, null));
  }

  @Test
  void liveRetryThatIsDueWaitsForTheReplaysAttemptAndIsLookedAtWhenThatLapses() {
    replaying.delivered("k", webhook);
    UUID replay = replaying.replay("w");
    Claim live = world.claimed("k", webhook);
    replaying.record(World.result(live, "retrying", Instant.now().minusSeconds(1)));
    Claim replayed = replaying.claim(replay).getFirst();
    assertThat(world.delivery.claims().claimDue(webhook, world.me, 10)).isEmpty();
    world.delivery.bells().begin(webhook, 1);
    assertThat(world.delivery.bells().settle(webhook, 1))
        .hasValueSatisfying(next -> assertThat(next).isAfter(Instant.now().plusSeconds(15)));
    replaying.lapse();
    assertThat(world.delivery.claims().claimDue(webhook, world.me, 10))
        .extracting(Claim::eventId)
        .containsExactly(live.eventId());
    assertThat(replayed.number()).isOne();
  }

  @Test
  void lateResultOfALiveAttemptRingsTheReplayThatWaitedForIt() {
    replaying.delivered("k", webhook);
    Claim live = world.claimed("k", webhook);
    UUID replay = replaying.replay("w");
    assertThat(replaying.claim(replay)).isEmpty();
    assertThat(world.delivery.replayBells().settle(replay, 1, false))
        .hasValueSatisfying(settled ->
            assertThat(settled.nextLook())
                .isBetween(Duration.ofSeconds(15), Duration.ofSeconds(30)));
    assertThat(replaying.record(live, "delivered").replaysToRing()).containsExactly(replay);
    assertThat(replaying.claim(replay)).hasSize(1);
  }

  @Test
  void claimThatIsGivenBackLetsWhatCameMeanwhileGoOn() {
    replaying.delivered("k", webhook);
    Claim replayed = replaying.claim(replaying.replay("w")).getFirst();
    UUID live = world.send("k", webhook).events().getFirst().id();
    world.delivery.claims().release(List.of(ClaimKey.of(replayed)), world.me);
    assertThat(world.delivery.claims().claimDue(webhook, world.me, 10))
        .extracting(Claim::eventId)
        .containsExactly(live);
  }

  @Test
  void nextOfAKeyFollowsWhenTheOneBeforeIsDeliveredOrGivenUp() {
    List<UUID> events =
        List.of(
            replaying.delivered("k", webhook),
            replaying.delivered("k", webhook),
            replaying.delivered("k", webhook));
    UUID replay = replaying.replay("w");
    Claim first = onlyClaim(replay);
    assertThat(first.eventId()).isEqualTo(events.get(0));
    replaying.record(first, "retrying");
    assertThat(replaying.claim(replay)).isEmpty();
    world.db.execute("update replay_item set next_attempt_at = now() where attempts > 0");
    Claim again = onlyClaim(replay);
    assertThat(again.number()).isEqualTo(2);
    replaying.record(again, "blocked");
    Claim second = onlyClaim(replay);
    assertThat(second.eventId()).isEqualTo(events.get(1));
    replaying.record(second, "delivered");
    Claim third = onlyClaim(replay);
    assertThat(third.eventId()).isEqualTo(events.get(2));
    replaying.record(third, "exhausted");
    assertThat(world.delivery.replayBells().settle(replay, 1, true))
        .hasValueSatisfying(settled -> {
          assertThat(settled.state()).isEqualTo("completed");
          assertThat(settled.delivered()).isOne();
          assertThat(settled.failed()).isEqualTo(2);
        });
  }

  @Test
  void twoReplaysOfALaneTakeTurns() {
    replaying.delivered("k", webhook);
    UUID one = replaying.replay("w");
    UUID other = replaying.replay("w");
    Claim first = onlyClaim(one);
    assertThat(replaying.claim(other)).isEmpty();
    replaying.record(first, "delivered");
    assertThat(onlyClaim(other).number()).isOne();
  }

  @Test
  void firstDeliveryStaysAsItIs() {
    UUID event = replaying.delivered("k", webhook);
    String before = firstDelivery(event);
    UUID replay = replaying.replay("w");
    replaying.record(onlyClaim(replay), "retrying");
    world.db.execute("update replay_item set next_attempt_at = now()");
    replaying.record(onlyClaim(replay), "delivered");
    assertThat(firstDelivery(event)).isEqualTo(before);
    assertThat(world.db.count("attempt")).isOne();
    assertThat(world.db.count("replay_attempt")).isEqualTo(2);
  }

  @Test
  void lateResultUnderAnOldClaimIsLoggedAndChangesNothing() {
    replaying.delivered("k", webhook);
    UUID replay = replaying.replay("w");
    Claim old = onlyClaim(replay);
    replaying.lapse();
    Claim taken = onlyClaim(replay);
    assertThat(taken.number()).isEqualTo(old.number() + 1);
    assertThat(verdict(old)).isEqualTo(Checked.Verdict.LOST);
    replaying.record(old, "delivered");
    assertThat(world.db.count("replay where delivered = 0")).isOne();
    assertThat(world.db.count("replay_item where claim_number = 2 and claim_until > now()"))
        .isOne();
    assertThat(world.db.count("replay_attempt")).isOne();
    replaying.record(taken, "delivered");
    replaying.record(old, "retrying");
    assertThat(world.db.count("replay where delivered = 1 and failed = 0")).isOne();
    assertThat(world.db.count("replay_item")).isZero();
  }

  @Test
  void drainThatWasFrozenWhileAnotherTookOverGetsNothing() {
    replaying.delivered("k", webhook);
    UUID replay = replaying.replay("w");
    assertThat(world.delivery.replayBells().begin(replay, 2)).isTrue();
    assertThat(replaying.claim(replay)).isEmpty();
    assertThat(world.delivery.replayBells().begin(replay, 1)).isFalse();
    assertThat(world.delivery.replayClaims().claim(replay, 2, world.me, 0).claims()).hasSize(1);
  }

  @Test
  void noAttemptStartsAfterAPauseACancelOrAChangeOfTheWebhook() {
    replaying.delivered("k", webhook);
    UUID replay = replaying.replay("w");
    Claim claim = onlyClaim(replay);
    assertThat(verdict(claim)).isEqualTo(Checked.Verdict.GO);
    world.set(webhook, "active = false");
    assertThat(verdict(claim)).isEqualTo(Checked.Verdict.HELD);
    world.set(webhook, "active = true");
    act(Action.PAUSE, replay);
    assertThat(verdict(claim)).isEqualTo(Checked.Verdict.HELD);
    assertThat(replaying.claim(replay)).isEmpty();
    act(Action.RESUME, replay);
    assertThat(verdict(claim)).isEqualTo(Checked.Verdict.GO);
    act(Action.CANCEL, replay);
    assertThat(verdict(claim)).isEqualTo(Checked.Verdict.ENDED);
    replaying.record(claim, "retrying");
    assertThat(world.db.count("replay_item")).isZero();
  }

  @Test
  void deletedWebhookCancelsItsReplays() {
    replaying.delivered("k", webhook);
    UUID replay = replaying.replay("w");
    world.db.execute("delete from webhook where uid = ?", webhook);
    assertThat(world.delivery.replayReader().find("default", replay))
        .hasValueSatisfying(view -> assertThat(view.state()).isEqualTo("cancelled"));
    world.delivery.replays().cancelDeleted();
    assertThat(world.db.count("replay where state = 'cancelled'")).isOne();
    assertThat(world.db.count("replay_item")).isZero();
  }

  @Test
  void orderedSwitchedOffFreesWhatWaits() {
    replaying.delivered("k", webhook);
    replaying.delivered("k", webhook);
    UUID replay = replaying.replay("w");
    world.set(webhook, "ordered = false");
    world.delivery.replayBells().begin(replay, 1);
    assertThat(replaying.claim(replay)).hasSize(2);
    replaying.lapse();
    world.set(webhook, "ordered = true");
    assertThat(replaying.claim(replay)).hasSize(1);
  }

  private void act(Action action, UUID replay) {
    assertThat(world.delivery.replays().act(Replaying.OPERATOR, action, replay, state -> null))
        .hasValue(new ReplayStore.Result(null, true));
  }

  private Claim onlyClaim(UUID replay) {
    List<Claim> claims = replaying.claim(replay);
    assertThat(claims).hasSize(1);
    return claims.getFirst();
  }

  private Checked.Verdict verdict(Claim claim) {
    return world
        .delivery
        .claims()
        .check(List.of(ClaimKey.of(claim)), world.me)
        .getFirst()
        .verdict();
  }

  private String firstDelivery(UUID event) {
    return world.db.value(
        String.class, "select cast(d as text) from delivery_done d where event_id = ?", event);
  }
}
