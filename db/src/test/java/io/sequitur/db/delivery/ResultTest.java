package io.sequitur.db.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.testing.World;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ResultTest {
  private final World world = new World();
  private final ResultStore results = world.delivery.results();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void aDeliveredDeliveryMovesToItsDay() {
    Claim claim = world.claimed("k", world.webhook("w"));
    record(claim, "delivered");
    assertThat(world.db.count("delivery_open")).isZero();
    assertThat(world.stateOf(claim)).isEqualTo("delivered");
    assertThat(world.db.count("delivery_done where attempts = 1 and claim_number = 1")).isOne();
  }

  @Test
  void aResultUnderAnOldClaimIsLoggedAndChangesNothing() {
    Claim claim = world.claimed("k", world.webhook("w"));
    world.db.execute("update delivery_open set claim_number = 2, claim_owner = ?", world.me);
    record(claim, "delivered");
    record(claim, "retrying");
    assertThat(world.db.count("delivery_open where claim_number = 2 and attempts = 0")).isOne();
    assertThat(world.db.count("delivery_done")).isZero();
    assertThat(world.db.count("attempt where number = 1")).isOne();
  }

  @Test
  void aResultOfAnotherOwnerChangesNothing() {
    Claim claim = world.claimed("k", world.webhook("w"));
    results.record(List.of(World.result(claim, "delivered", null)), UUID.randomUUID());
    assertThat(world.stateOf(claim)).isEqualTo("pending");
  }

  @Test
  void theLaneGoesOnWithTheNextHeadInTheSameTransaction() {
    long webhook = world.webhook("w", "ordered = true");
    Claim first = world.claimed("k", webhook);
    UUID second = world.send("k", webhook).events().getFirst().id();
    UUID third = world.send("k", webhook).events().getFirst().id();
    List<Claim> heads = record(first, "delivered").heads();
    assertThat(heads).extracting(Claim::eventId).containsExactly(second);
    assertThat(world.stateOf(third)).isEqualTo("waiting");
    assertThat(record(heads.getFirst(), "skipped").heads()).isEmpty();
    assertThat(record(heads.getFirst(), "exhausted").heads())
        .extracting(Claim::eventId)
        .containsExactly(third);
  }

  @Test
  void aHeadThatIsRetriedOrBlockedHoldsItsLane() {
    long webhook = world.webhook("w", "ordered = true");
    Claim first = world.claimed("k", webhook);
    UUID second = world.send("k", webhook).events().getFirst().id();
    assertThat(record(first, "retrying").heads()).isEmpty();
    Claim again = due(webhook).getFirst();
    assertThat(again.eventId()).isEqualTo(first.eventId());
    assertThat(record(again, "blocked").heads()).isEmpty();
    assertThat(due(webhook)).isEmpty();
    assertThat(world.stateOf(first)).isEqualTo("blocked");
    assertThat(world.stateOf(second)).isEqualTo("waiting");
    assertThat(world.send("k", webhook).claims()).isEmpty();
    assertThat(world.send("free", webhook).claims()).hasSize(1);
  }

  @Test
  void aRecorderAndARouterOfOneLaneNeverStrandADelivery() throws Exception {
    long webhook = world.webhook("w", "ordered = true");
    Claim first = world.claimed("k", webhook);
    UUID second = world.publish("k");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Handle router = world.db.open()) {
      // The router of `second`: it has counted the key, and will now see `first` open.
      router.execute("update key_counter set last = last + 1");
      router.execute("delete from outbox");
      router.execute(
          "insert into delivery_open (event_id, webhook_uid, webhook, tenant, state, key_id, position) "
              + "select ?, webhook_uid, webhook, tenant, 'waiting', key_id, 2 from delivery_open",
          second);
      Future<Recorded> recorded = threads.submit(() -> record(first, "delivered"));
      world.db.awaitWaiterOn(router);
      router.commit();
      assertThat(recorded.get().heads()).extracting(Claim::eventId).containsExactly(second);
    }
  }

  @Test
  void aRouterThatWaitedForARecorderFindsTheLaneFree() throws Exception {
    long webhook = world.webhook("w", "ordered = true");
    Claim first = world.claimed("k", webhook);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Handle recorder = world.db.open()) {
      recorder.execute("select from key_counter for update");
      recorder.execute("delete from delivery_open where event_id = ?", first.eventId());
      Future<List<Claim>> second = threads.submit(() -> world.send("k", webhook).claims());
      world.db.awaitWaiterOn(recorder);
      recorder.commit();
      assertThat(second.get()).extracting(Claim::position).containsExactly(2L);
    }
  }

  @Test
  void aHeadThatSomebodyClaimedMeanwhileStaysHis() throws Exception {
    long webhook = world.webhook("w", "ordered = true");
    Claim first = world.claimed("k", webhook);
    UUID second = world.send("k", webhook).events().getFirst().id();
    UUID other = UUID.randomUUID();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Handle drain = world.db.open()) {
      // `ordered` was switched off: a drain takes the row without the lane's lock.
      drain.execute(
          "update delivery_open set state = 'pending', next_attempt_at = now(), claim_owner = ?, claim_number = 1, "
              + "claim_until = now() + interval '30 s' where event_id = ?",
          other,
          second);
      Future<Recorded> recorded = threads.submit(() -> record(first, "delivered"));
      world.db.awaitWaiterOn(drain);
      drain.commit();
      assertThat(recorded.get().heads()).isEmpty();
    }
    assertThat(
            world.db.count(
                "delivery_open where event_id = ? and claim_owner = ? and claim_number = 1",
                second,
                other))
        .isOne();
  }

  @Test
  void failuresAddUpUntilASuccess() {
    long webhook = world.webhook("w");
    record(world.claimed(null, webhook), "retrying");
    record(world.claimed(null, webhook), "retrying");
    assertThat(world.db.value(Integer.class, "select failures from webhook_state")).isEqualTo(2);
    record(world.claimed(null, webhook), "delivered");
    assertThat(world.db.value(Integer.class, "select failures from webhook_state")).isZero();
  }

  @Test
  void goneDisablesTheWebhookAndSaysWhy() {
    long webhook = world.webhook("w");
    Claim claim = world.claimed(null, webhook);
    Claim other = world.claimed(null, webhook);
    AttemptRow failed = World.result(claim, "exhausted", null);
    results.record(
        List.of(
            like(failed, 410, "HTTP_CLIENT_ERROR", false, true),
            World.result(other, "delivered", null)),
        world.me);
    assertThat(
            world.db.count(
                "webhook_state where status = 'disabled' and reason like '%410 Gone%' and since is not null"))
        .isOne();
    assertThat(world.send(null, webhook).claims()).isEmpty();
  }

  @Test
  void aSlowAnswerCountsForAWhileAndAQuickOneDoesNotTakeItBackBefore() {
    long webhook = world.webhook("w");
    Claim slow = world.claimed(null, webhook);
    results.record(
        List.of(like(World.result(slow, "delivered", null), 200, null, true, false)), world.me);
    assertThat(world.stateOf(slow)).isEqualTo("delivered");
    assertThat(world.db.count("webhook_state where slow_until > now() + interval '20 s'")).isOne();
    assertThat(world.send(null, webhook).claims()).as("left to its workflow").isEmpty();
    record(due(webhook).getFirst(), "delivered");
    assertThat(world.db.count("webhook_state where slow_until > now() + interval '20 s'")).isOne();
    world.db.execute("update webhook_state set slow_until = now() - interval '1 s'");
    record(world.claimed(null, webhook), "delivered");
    assertThat(world.db.count("webhook_state where slow_until is null")).isOne();
  }

  @Test
  void waitingForConfigurationUsesUpNoRetries() {
    long webhook = world.webhook("w");
    Claim claim = world.claimed(null, webhook);
    AttemptRow failed = World.result(claim, "retrying", Instant.now());
    results.record(List.of(like(failed, null, "CONFIG", false, false)), world.me);
    Claim again = due(webhook).getFirst();
    assertThat(again.number()).isEqualTo(2);
    assertThat(again.attempts()).isZero();
    record(again, "retrying");
    assertThat(due(webhook).getFirst().attempts()).isEqualTo(1);
  }

  @Test
  void theFirstRetryRingsAndALaterOneDoesNot() {
    long webhook = world.webhook("w");
    Instant soon = Instant.now().plusSeconds(60);
    assertThat(retry(webhook, soon)).containsExactly(webhook);
    assertThat(retry(webhook, soon.plusSeconds(60))).isEmpty();
    assertThat(retry(webhook, soon.minusSeconds(30))).containsExactly(webhook);
  }

  private static AttemptRow like(
      AttemptRow row,
      @Nullable Integer status,
      @Nullable String failure,
      boolean slow,
      boolean gone) {
    return new AttemptRow(
        row.eventId(),
        row.webhookUid(),
        row.number(),
        row.at(),
        status,
        failure,
        row.durationMs(),
        row.configVersion(),
        row.requestHeaders(),
        row.responseBody(),
        row.hint(),
        row.next(),
        row.nextAttemptAt(),
        row.keyId(),
        slow,
        gone ? "https://receiver.test/" : null,
        failure != null && failure.equals("CONFIG") ? "v@e" : null,
        null,
        row.guarded(),
        null);
  }

  private java.util.Set<Long> retry(long webhook, Instant at) {
    Claim claim = world.claimed(null, webhook);
    return results.record(List.of(World.result(claim, "retrying", at)), world.me).toRing();
  }

  private List<Claim> due(long webhook) {
    return world.delivery.claims().claimDue(webhook, world.me, 10);
  }

  private Recorded record(Claim claim, String next) {
    Instant again = next.equals("retrying") ? Instant.now().minusSeconds(1) : null;
    return results.record(List.of(World.result(claim, next, again)), world.me);
  }
}
