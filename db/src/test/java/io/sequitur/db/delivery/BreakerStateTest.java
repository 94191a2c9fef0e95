package io.sequitur.db.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sequitur.db.delivery.HealthRule.Move;
import io.sequitur.db.testing.AtOnce;
import io.sequitur.db.testing.World;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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

/** What a stored breaker lets through, and how it is moved; its rule is scripted here. */
final class BreakerStateTest {
  private static final BreakerRow CLOSED = new BreakerRow("closed", null, null, 0, 0, 0, 0, null);

  private final World world = new World();
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
  void anOpenBreakerLetsOneProbeThroughWhoeverAsks() throws Exception {
    open("now() - interval '1 s'");
    waiting(20);
    assertThat(claimAtOnce()).as("of five that ask at once").hasSize(1);
    assertThat(due()).as("until that one is over, or its lease").isEmpty();
    world.state(webhook, "paused_until = now() - interval '1 s'");
    assertThat(due()).as("it never came back").hasSize(1);
  }

  @Test
  void anOpenBreakerLetsNothingThroughBeforeItsTime() {
    open("now() + interval '1 hour'");
    waiting(3);
    assertThat(due()).isEmpty();
    assertThat(world.send(null, webhook).claims()).as("nor do groups").isEmpty();
  }

  @Test
  void aHalfOpenBreakerLetsARoundThroughAndNoMore() throws Exception {
    halfOpen(4);
    waiting(20);
    assertThat(claimAtOnce()).hasSize(4);
    assertThat(due()).isEmpty();
    world.state(webhook, "paused_until = now() - interval '1 s'");
    assertThat(due()).as("the round was lost with its process").hasSize(4);
  }

  @Test
  void whatWasLetThroughAndNotSentLetsAnotherThrough() {
    halfOpen(2);
    waiting(5);
    List<Claim> round = due();
    assertThat(round).hasSize(2).allMatch(claim -> claim.limits().guarded());
    stores.claims().releaseGuarded(List.of(ClaimKey.of(round.getFirst())), world.me);
    assertThat(due()).hasSize(1);
    assertThat(due()).isEmpty();
  }

  @Test
  void whatWasClaimedBeforeTheBreakerMovedIsNotSent() {
    Claim before = world.claimed(null, webhook);
    open("now() - interval '1 s'");
    waiting(1);
    Claim probe = due().getFirst();
    assertThat(verdict(before)).isEqualTo(Checked.Verdict.PAUSED);
    assertThat(verdict(probe)).isEqualTo(Checked.Verdict.GO);
    stores.claims().release(List.of(ClaimKey.of(before)), world.me);
    assertThat(due()).as("the probe is still out").isEmpty();
    assertThat(world.db.count("attempt")).isZero();
    assertThat(world.db.count("delivery_open where attempts > 0")).as("not charged").isZero();
  }

  @Test
  void whoWaitedForAMoveClaimsByIt() throws Exception {
    open("now() + interval '1 hour'");
    waiting(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Handle mover = world.db.open()) {
      mover.execute("select from webhook_state for update");
      Future<List<Claim>> claimed = threads.submit(this::due);
      world.db.awaitWaiterOn(mover);
      mover.execute(
          "update webhook_state set breaker = 'half-open', breaker_places = 1, paused_until = null, "
              + "breaker_moved_at = clock_timestamp()");
      mover.commit();
      assertThat(verdict(claimed.get().getFirst())).isEqualTo(Checked.Verdict.GO);
    }
  }

  @Test
  void nobodyRingsWhileAWebhookRests() {
    open("now() + interval '1 hour'");
    waiting(1);
    assertThat(stores.bells().dueNow(List.of(webhook))).as("nobody looks yet").hasSize(1);
    stores.bells().begin(webhook, 1);
    Instant look = stores.bells().settle(webhook, 1).orElseThrow();
    assertThat(look).isAfter(Instant.now().plusSeconds(3000));
    waiting(1);
    assertThat(stores.bells().dueNow(List.of(webhook))).isEmpty();
    assertThat(stores.sweep().overdue(Duration.ZERO)).isEmpty();
    stores.bells().resume(List.of(webhook));
    assertThat(stores.bells().dueNow(List.of(webhook))).containsExactly(webhook);
    assertThat(due()).as("the probe that somebody asked for").hasSize(1);
  }

  @Test
  void theNextHeadOfALaneWaitsForItsTurnToo() {
    world.set(webhook, "ordered = true");
    Claim first = world.claimed("k", webhook);
    UUID second = world.send("k", webhook).events().getFirst().id();
    open("now() + interval '1 hour'");
    Recorded recorded =
        stores.results().record(List.of(World.result(first, "delivered", null)), world.me);
    assertThat(recorded.heads()).isEmpty();
    assertThat(recorded.toRing()).as("whoever is rung sleeps until then").containsExactly(webhook);
    assertThat(world.db.count("webhook_state where next_look = paused_until")).isOne();
    assertThat(world.db.count("delivery_open where event_id = ? and claim_owner is null", second))
        .isOne();
    assertThat(world.stateOf(second)).isEqualTo("pending");
    world.state(webhook, "paused_until = now() - interval '1 s'");
    assertThat(due()).extracting(Claim::eventId).containsExactly(second);
  }

  @Test
  void itMovesInTheTransactionOfTheResultOrNotAtAll() {
    Claim claim = world.claimed(null, webhook);
    DeliveryStores broken =
        DeliveryStores.of(
            world.db.jdbi(),
            (before, results) -> {
              throw new IllegalStateException("the rule fails");
            });
    assertThatThrownBy(() ->
            broken
                .results()
                .record(List.of(World.result(claim, "retrying", Instant.now())), world.me))
        .hasMessageContaining("the rule fails");
    assertThat(world.db.count("attempt")).isZero();
    assertThat(world.db.count("delivery_open where claim_owner is not null")).isOne();
  }

  @Test
  void whatTheRuleDecidesIsStoredAndComesBack() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    BreakerRow opened = new BreakerRow("open", now, now, 3, 0, 0, 0, now.plusSeconds(60));
    health.follows(new Move(opened, 0, "TIMEOUT", null, false));
    retrying(world.claimed(null, webhook));
    assertThat(health.befores.getFirst().breaker()).isEqualTo(CLOSED);
    assertThat(
            world.db.count(
                "webhook_state where paused_until = ?::timestamptz and breaker_why = 'TIMEOUT'",
                now.plusSeconds(60).toString()))
        .isOne();
    BreakerRow half = new BreakerRow("half-open", now, now.plusSeconds(1), 3, 1, 0, 0, null);
    health.becomes(half);
    world.state(webhook, "paused_until = now() - interval '1 s'");
    waiting(1);
    world.state(webhook, "next_look = now() + interval '1 hour'");
    assertThat(record(due().getFirst(), "delivered").toRing())
        .as("more may go than was thought")
        .containsExactly(webhook);
    assertThat(health.befores.getLast().breaker().state()).isEqualTo("open");
    assertThat(world.db.count("webhook_state where breaker = 'half-open' and paused_until is null"))
        .isOne();
  }

  @Test
  void aLongFailureDisablesSaysSoAndIsProbed() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    BreakerRow opened = new BreakerRow("open", now, now, 1, 0, 0, 0, now.minusSeconds(1));
    health.follows(new Move(opened, 0, "CONNECTION", "all 10 attempts failed", false));
    retrying(world.claimed(null, webhook));
    assertThat(
            world.db.count(
                "webhook_state where status = 'disabled' and disabled_by = 'failing' and reason like 'all 10%'"))
        .isOne();
    assertThat(world.db.count("audit_log where actor = 'engine' and action = 'webhook.disable'"))
        .isOne();
    assertThat(world.db.count("event where type = 'sequitur.webhook.disabled'")).isOne();
    assertThat(world.send(null, webhook).claims()).isEmpty();
    Claim probe = due().getFirst();
    assertThat(verdict(probe)).isEqualTo(Checked.Verdict.GO);
    health.follows(
        new Move(
            new BreakerRow("half-open", now, now.plusSeconds(1), 0, 1, 0, 0, null),
            0,
            null,
            null,
            true));
    record(probe, "delivered");
    assertThat(
            world.db.count(
                "webhook_state where status = 'ok' and disabled_by is null and reason is null and failing_since is null"))
        .isOne();
    assertThat(world.db.count("audit_log where actor = 'engine' and action = 'webhook.enable'"))
        .isOne();
  }

  @Test
  void whoSaidGoneIsNotProbed() {
    Claim claim = world.claimed(null, webhook);
    waiting(1);
    AttemptRow failed = World.result(claim, "retrying", Instant.now());
    stores.results().record(List.of(gone(failed)), world.me);
    assertThat(world.db.count("webhook_state where disabled_by = 'gone'")).isOne();
    assertThat(world.db.count("audit_log where actor = 'engine' and action = 'webhook.disable'"))
        .isOne();
    assertThat(due()).isEmpty();
    assertThat(stores.bells().settle(webhook, 1)).isEmpty();
  }

  @Test
  void failingSinceIsTheFirstFailureAfterASuccess() {
    retrying(world.claimed(null, webhook));
    Instant first = world.db.value(Instant.class, "select failing_since from webhook_state");
    retrying(world.claimed(null, webhook));
    assertThat(world.db.value(Instant.class, "select failing_since from webhook_state"))
        .isEqualTo(first);
    assertThat(health.befores.getLast().failures()).isEqualTo(2);
    record(world.claimed(null, webhook), "delivered");
    assertThat(world.db.count("webhook_state where failing_since is null")).isOne();
  }

  private void open(String until) {
    world.state(
        webhook,
        "breaker = 'open', breaker_trips = 1, breaker_since = now(), breaker_moved_at = now(), paused_until = "
            + until);
  }

  private void halfOpen(int places) {
    world.state(
        webhook,
        "breaker = 'half-open', breaker_since = now(), breaker_moved_at = now(), breaker_places = "
            + places);
  }

  private void waiting(int count) {
    for (int i = 0; i < count; i++) {
      assertThat(world.send(null, webhook).claims()).as("the breaker keeps it").hasSizeLessThan(2);
    }
    world.db.execute(
        "update delivery_open set claim_owner = null, claim_until = null, claim_number = 0 where created_at >= "
            + "(select coalesce(max(breaker_moved_at), '-infinity') from webhook_state)");
  }

  private List<Claim> claimAtOnce() throws Exception {
    List<Callable<List<Claim>>> drains = Collections.nCopies(5, this::due);
    return AtOnce.all(drains).stream().flatMap(List::stream).toList();
  }

  private Checked.Verdict verdict(Claim claim) {
    return stores.claims().check(List.of(ClaimKey.of(claim)), world.me).getFirst().verdict();
  }

  private List<Claim> due() {
    return stores.claims().claimDue(webhook, world.me, 10);
  }

  private void retrying(Claim claim) {
    stores.results().record(List.of(World.result(claim, "retrying", Instant.now())), world.me);
  }

  private Recorded record(Claim claim, String state) {
    return stores.results().record(List.of(World.result(claim, state, null)), world.me);
  }

  private static AttemptRow gone(AttemptRow row) {
    return new AttemptRow(
        row.eventId(),
        row.webhookUid(),
        row.number(),
        row.at(),
        410,
        "HTTP_CLIENT_ERROR",
        row.durationMs(),
        row.configVersion(),
        row.requestHeaders(),
        null,
        null,
        row.next(),
        row.nextAttemptAt(),
        null,
        false,
        "https://receiver.test/",
        null,
        null,
        false,
        null);
  }
}
