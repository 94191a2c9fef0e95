package io.sequitur.db.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.testing.AtOnce;
import io.sequitur.db.testing.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BellTest {
  private final World world = new World();
  private final BellStore bells = world.delivery.bells();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void onlyWhoLowersTheNextLookRings() throws Exception {
    long webhook = world.webhook("w");
    List<Callable<List<Long>>> ringers =
        Collections.nCopies(30, () -> bells.dueNow(List.of(webhook)));
    // Each later one has a later `now()`, or waits for the lock and then sees an earlier look.
    List<Long> rings = new ArrayList<>(bells.dueNow(List.of(webhook)));
    AtOnce.all(ringers).forEach(rings::addAll);
    assertThat(rings).containsExactly(webhook);
  }

  @Test
  void nobodyRingsWhileADrainIsOnItsWay() {
    long webhook = world.webhook("w");
    assertThat(bells.begin(webhook, 1)).isTrue();
    assertThat(bells.dueNow(List.of(webhook))).isEmpty();
  }

  @Test
  void aDrainThatFindsNothingLeavesTheBellToTheNext() {
    long webhook = world.webhook("w");
    bells.begin(webhook, 1);
    assertThat(bells.settle(webhook, 1)).isEmpty();
    assertThat(bells.dueNow(List.of(webhook))).containsExactly(webhook);
  }

  @Test
  void whoAddsWhileADrainSettlesRingsAfterIt() throws Exception {
    long webhook = world.webhook("w");
    bells.begin(webhook, 1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Handle settling = world.db.open()) {
      settling.execute("select from webhook_state for update");
      Claim claim = world.claimed(null, webhook);
      Future<Recorded> adder = threads.submit(() -> retrying(claim, Instant.now().plusSeconds(60)));
      world.db.awaitWaiterOn(settling);
      settling.execute("update webhook_state set next_look = null");
      settling.commit();
      assertThat(adder.get().toRing()).containsExactly(webhook);
    }
  }

  @Test
  void aDrainSettlesOnWhatAnAdderCommitsWhileItWaits() throws Exception {
    long webhook = world.webhook("w");
    bells.begin(webhook, 1);
    Claim claim = world.claimed(null, webhook);
    Instant due = Instant.now().plusSeconds(60).truncatedTo(java.time.temporal.ChronoUnit.MILLIS);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Handle adder = world.db.open()) {
      adder.execute("update webhook_state set failures = 1");
      adder.execute(
          "update delivery_open set state = 'retrying', claim_owner = null, claim_until = null, next_attempt_at = ?::timestamptz where event_id = ?",
          due.toString(),
          claim.eventId());
      Future<Optional<Instant>> settled = threads.submit(() -> bells.settle(webhook, 1));
      world.db.awaitWaiterOn(adder);
      adder.commit();
      assertThat(settled.get()).contains(due);
    }
  }

  @Test
  void aFrozenDrainWithALowerNumberChangesNothing() {
    long webhook = world.webhook("w");
    bells.begin(webhook, 5);
    retrying(world.claimed(null, webhook), Instant.now().plusSeconds(60));
    Optional<Instant> next = bells.settle(webhook, 5);
    assertThat(next).isPresent();
    assertThat(bells.begin(webhook, 4)).isFalse();
    world.db.execute("update delivery_open set next_attempt_at = now() + interval '1 day'");
    bells.settle(webhook, 4);
    assertThat(
            world.db.count(
                "webhook_state where next_look < now() + interval '2 minutes' and drain = 5"))
        .isOne();
    assertThat(bells.begin(webhook, 5)).as("the same drain, tried again").isTrue();
  }

  @Test
  void theNextLookIsThatOfTheEarliestHeadWithoutALiveClaim() {
    long webhook = world.webhook("w", "ordered = true");
    bells.begin(webhook, 1);
    Claim head = world.claimed("k", webhook);
    world.send("k", webhook);
    Instant lapse = world.db.value(Instant.class, "select max(claim_until) from delivery_open");
    assertThat(bells.settle(webhook, 1)).contains(lapse);
    retrying(head, Instant.now().plusSeconds(3600));
    assertThat(bells.settle(webhook, 1).orElseThrow()).isAfter(Instant.now().plusSeconds(3000));
    world.set(webhook, "active = false");
    assertThat(bells.settle(webhook, 1)).isEmpty();
  }

  @Test
  void whatWaitedInLanesIsDueWhenOrderedIsSwitchedOff() {
    long webhook = world.webhook("w", "ordered = true");
    world.claimed("k", webhook);
    world.send("k", webhook);
    world.set(webhook, "ordered = false");
    bells.begin(webhook, 1);
    assertThat(world.delivery.claims().claimDue(webhook, world.me, 10)).hasSize(1);
  }

  private Recorded retrying(Claim claim, Instant at) {
    return world.delivery.results().record(List.of(World.result(claim, "retrying", at)), world.me);
  }
}
