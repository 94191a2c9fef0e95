package io.sequitur.db.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.Ids.DeliveryId;
import io.sequitur.db.delivery.Checked.Verdict;
import io.sequitur.db.delivery.OperatorStore.Action;
import io.sequitur.db.delivery.OperatorStore.Actor;
import io.sequitur.db.delivery.OperatorStore.Result;
import io.sequitur.db.testing.World;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What operators do to rows, and what attempts at the same time make of it. */
final class OperatorTest {
  private static final Actor ME = new Actor("default", "local");

  private final World world = new World();
  private final OperatorStore operator = world.delivery.operator();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void whatWaitsForItsRetryIsDueAtOnceAtItsPlaceInTheSchedule() {
    long webhook = world.webhook("w");
    Claim claim = failed(webhook, null);
    assertThat(due(webhook)).isEmpty();
    assertThat(act(Action.RETRY, claim).changed()).isTrue();
    assertThat(due(webhook)).extracting(Claim::attempts).containsExactly(1);
  }

  @Test
  void whatBlocksItsLaneBeginsItsScheduleAgain() {
    long webhook = world.webhook("w", "ordered = true");
    Claim claim = world.claimed("k", webhook);
    record(claim, "blocked");
    act(Action.RETRY, claim);
    Claim again = due(webhook).getFirst();
    assertThat(again.attempts()).isZero();
    assertThat(again.number()).isEqualTo(2);
    record(again, "delivered");
    assertThat(world.db.count("delivery_done where attempts = 2")).isOne();
  }

  @Test
  void aDeadLetterIsOpenedAgainUnderItsNextNumber() {
    long webhook = world.webhook("w");
    Claim claim = world.claimed("k", webhook);
    record(claim, "exhausted");
    act(Action.RETRY, claim);
    assertThat(world.stateOf(claim)).isEqualTo("retrying");
    Claim again = due(webhook).getFirst();
    assertThat(again.number()).isEqualTo(2);
    record(again, "delivered");
    assertThat(world.stateOf(claim)).isEqualTo("delivered");
  }

  @Test
  void whatWaitsIsCancelledAtOnce() {
    long webhook = world.webhook("w");
    Claim claim = failed(webhook, null);
    act(Action.CANCEL, claim);
    assertThat(world.stateOf(claim)).isEqualTo("cancelled");
    assertThat(world.db.count("delivery_open")).isZero();
  }

  @Test
  void cancellingTwiceIsNoErrorAndIsAuditedOnce() {
    Claim claim = failed(world.webhook("w"), null);
    act(Action.CANCEL, claim);
    Result again = act(Action.CANCEL, claim);
    assertThat(again.changed()).isFalse();
    assertThat(again.refusal()).isNull();
    assertThat(world.db.count("audit_log where action = 'delivery.cancel' and actor = 'local'"))
        .isOne();
  }

  @Test
  void aSkippedHeadLetsItsLaneGoOn() {
    long webhook = world.webhook("w", "ordered = true");
    Claim head = world.claimed("k", webhook);
    UUID second = world.send("k", webhook).events().getFirst().id();
    record(head, "blocked");
    act(Action.SKIP, head);
    assertThat(world.stateOf(head)).isEqualTo("skipped");
    assertThat(due(webhook)).extracting(Claim::eventId).containsExactly(second);
  }

  @Test
  void whatIsCancelledBehindAHeadLeavesTheLaneToItsHead() {
    long webhook = world.webhook("w", "ordered = true");
    Claim head = world.claimed("k", webhook);
    UUID second = world.send("k", webhook).events().getFirst().id();
    UUID third = world.send("k", webhook).events().getFirst().id();
    act(Action.CANCEL, new DeliveryId(second, webhook));
    assertThat(due(webhook)).isEmpty();
    assertThat(record(head, "delivered").heads()).extracting(Claim::eventId).containsExactly(third);
  }

  @Test
  void anAttemptUnderWayHoldsItsLaneThoughItIsSkipped() {
    long webhook = world.webhook("w", "ordered = true");
    Claim head = world.claimed("k", webhook);
    UUID second = world.send("k", webhook).events().getFirst().id();
    assertThat(act(Action.SKIP, head).facts().underWay()).isTrue();
    assertThat(due(webhook)).isEmpty();
    assertThat(world.stateOf(second)).isEqualTo("waiting");
    assertThat(record(head, "retrying").heads()).extracting(Claim::eventId).containsExactly(second);
    assertThat(world.stateOf(head)).isEqualTo("skipped");
  }

  @Test
  void anAttemptThatIsDeliveredIsDeliveredThoughItWasCancelled() {
    Claim claim = world.claimed(null, world.webhook("w"));
    act(Action.CANCEL, claim);
    record(claim, "delivered");
    assertThat(world.stateOf(claim)).isEqualTo("delivered");
  }

  @Test
  void anAttemptThatFailsForGoodAfterItWasCancelledIsNoDeadLetter() {
    Claim claim = world.claimed(null, world.webhook("w"));
    act(Action.CANCEL, claim);
    record(claim, "exhausted");
    assertThat(world.stateOf(claim)).isEqualTo("cancelled");
    assertThat(world.db.count("event where type = 'sequitur.delivery.exhausted'")).isZero();
  }

  @Test
  void nothingIsSentThatWasCancelledBeforeItsStrictCheck() {
    Claim claim = world.claimed(null, world.webhook("w"));
    act(Action.CANCEL, claim);
    assertThat(verdict(claim)).isEqualTo(Verdict.ENDED);
  }

  @Test
  void whatWasCancelledWhileItsProcessDiedIsClosedByTheSweep() {
    long webhook = world.webhook("w", "ordered = true");
    Claim head = world.claimed("k", webhook);
    UUID second = world.send("k", webhook).events().getFirst().id();
    act(Action.CANCEL, head);
    assertThat(world.delivery.sweep().closeEnded()).isZero();
    world.db.execute(
        "update delivery_open set claim_until = now() - interval '1 s' where claim_until is not null");
    assertThat(world.stateOf(head)).isEqualTo("cancelled");
    assertThat(world.delivery.sweep().closeEnded()).isEqualTo(1);
    world.db.execute("update delivery_open set updated_at = now() - interval '1 h'");
    assertThat(world.delivery.sweep().freeHeads(java.time.Duration.ofSeconds(1))).isEqualTo(1);
    assertThat(due(webhook)).extracting(Claim::eventId).containsExactly(second);
  }

  @Test
  void anOpenedDeadLetterGoesBeforeWhatIsDueInItsLane() {
    long webhook = world.webhook("w", "ordered = true", "on_exhausted = 'skip'");
    Claim first = world.claimed("k", webhook);
    record(first, "exhausted");
    Claim second = world.claimed("k", webhook);
    record(second, "retrying");
    act(Action.RETRY, first);
    Claim again = due(webhook).getFirst();
    assertThat(again.eventId()).isEqualTo(first.eventId());
    assertThat(due(webhook)).as("one at a time").isEmpty();
    assertThat(record(again, "delivered").heads())
        .extracting(Claim::eventId)
        .containsExactly(second.eventId());
  }

  @Test
  void aLaneWhoseNextHeadIsDueLaterRingsForThatTime() {
    long webhook = world.webhook("w", "ordered = true", "on_exhausted = 'skip'");
    Claim first = world.claimed("k", webhook);
    record(first, "exhausted");
    Claim second = world.claimed("k", webhook);
    Instant later = Instant.now().plusSeconds(600);
    world.delivery.results().record(List.of(World.result(second, "retrying", later)), world.me);
    act(Action.RETRY, first);
    Claim again = due(webhook).getFirst();
    world.state(webhook, "next_look = null");
    assertThat(record(again, "delivered").toRing()).containsExactly(webhook);
    assertThat(world.db.count("webhook_state where next_look > now() + interval '9 min'")).isOne();
  }

  @Test
  void claimsOfOneLaneMadeBeforeItsWebhookWasOrderedDoNotGoBoth() {
    long webhook = world.webhook("w");
    Claim first = world.claimed("k", webhook);
    Claim second = world.claimed("k", webhook);
    world.set(webhook, "ordered = true");
    assertThat(verdict(second)).isEqualTo(Verdict.BEHIND);
    record(first, "delivered");
    assertThat(verdict(second)).isEqualTo(Verdict.GO);
  }

  @Test
  void anotherTenantsDeliveriesAreNotThere() {
    Claim claim = failed(world.webhook("w"), null);
    assertThat(
            operator.act(
                new Actor("other", "local"), Action.CANCEL, List.of(id(claim)), facts -> null))
        .isEmpty();
    assertThat(world.stateOf(claim)).isEqualTo("retrying");
  }

  @Test
  void aRefusalIsAskedUnderTheLockAndChangesNothing() {
    Claim claim = failed(world.webhook("w"), null);
    Result result =
        operator
            .act(ME, Action.CANCEL, List.of(id(claim)), facts -> "it is " + facts.state())
            .getFirst();
    assertThat(result.refusal()).isEqualTo("it is retrying");
    assertThat(result.changed()).isFalse();
    assertThat(world.db.count("audit_log")).isZero();
  }

  @Test
  void anActionThatWaitedForAResultMeetsWhatItLeft() throws Exception {
    long webhook = world.webhook("w", "ordered = true");
    Claim head = world.claimed("k", webhook);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Handle recorder = world.db.open()) {
      recorder.execute("select from key_counter for update");
      recorder.execute(
          "with d as (delete from delivery_open where event_id = ? returning *) "
              + "insert into delivery_done (event_id, webhook_uid, webhook, tenant, state, key_id, position, attempts, claim_number, created_at) "
              + "select event_id, webhook_uid, webhook, tenant, 'delivered', key_id, position, 1, claim_number, created_at from d",
          head.eventId());
      Future<Result> cancelled = threads.submit(() -> act(Action.CANCEL, head));
      world.db.awaitWaiterOn(recorder);
      recorder.commit();
      assertThat(cancelled.get().facts().state()).isEqualTo("delivered");
    }
    assertThat(world.stateOf(head)).isEqualTo("delivered");
  }

  /** Refuses what is finished, as callers do. */
  private Result act(Action action, DeliveryId id) {
    return operator
        .act(
            ME,
            action,
            List.of(id),
            facts ->
                facts.state().equals("delivered") || facts.state().equals("cancelled")
                    ? "finished"
                    : null)
        .getFirst();
  }

  private Result act(Action action, Claim claim) {
    return act(action, id(claim));
  }

  private static DeliveryId id(Claim claim) {
    return new DeliveryId(claim.eventId(), claim.webhookUid());
  }

  /** Fails once, and waits for an hour. */
  private Claim failed(long webhook, @org.jspecify.annotations.Nullable String key) {
    Claim claim = world.claimed(key, webhook);
    world
        .delivery
        .results()
        .record(
            List.of(World.result(claim, "retrying", Instant.now().plusSeconds(3600))), world.me);
    return claim;
  }

  private List<Claim> due(long webhook) {
    return world.delivery.claims().claimDue(webhook, world.me, 10);
  }

  private Verdict verdict(Claim claim) {
    return world
        .delivery
        .claims()
        .check(List.of(ClaimKey.of(claim)), world.me)
        .getFirst()
        .verdict();
  }

  private Recorded record(Claim claim, String next) {
    Instant again = next.equals("retrying") ? Instant.now().minusSeconds(1) : null;
    return world.delivery.results().record(List.of(World.result(claim, next, again)), world.me);
  }
}
