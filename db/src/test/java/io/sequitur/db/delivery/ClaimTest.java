package io.sequitur.db.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.delivery.Checked.Verdict;
import io.sequitur.db.testing.World;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ClaimTest {
  private final World world = new World();
  private final ClaimStore claims = world.delivery.claims();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void aLiveClaimOfAUsableWebhookMayGo() {
    assertThat(verdict(world.claimed("k", world.webhook("w")), world.me)).isEqualTo(Verdict.GO);
  }

  @Test
  void anotherOwnerOrAnotherNumberHasLost() {
    Claim claim = world.claimed("k", world.webhook("w"));
    assertThat(verdict(claim, UUID.randomUUID())).isEqualTo(Verdict.LOST);
    world.db.execute("update delivery_open set claim_number = claim_number + 1");
    assertThat(verdict(claim, world.me)).isEqualTo(Verdict.LOST);
  }

  @Test
  void aClosedDeliveryIsLost() {
    Claim claim = world.claimed("k", world.webhook("w"));
    world.delivery.results().record(List.of(World.result(claim, "delivered", null)), world.me);
    assertThat(verdict(claim, world.me)).isEqualTo(Verdict.LOST);
  }

  @Test
  void aDeletedWebhookIsDeletedAndAnInactiveOrDisabledOneHolds() {
    long webhook = world.webhook("w");
    Claim claim = world.claimed("k", webhook);
    world.set(webhook, "active = false");
    assertThat(verdict(claim, world.me)).isEqualTo(Verdict.HELD);
    world.set(webhook, "active = true");
    world.state(webhook, "status = 'disabled'");
    assertThat(verdict(claim, world.me)).isEqualTo(Verdict.HELD);
    world.db.execute("delete from webhook where uid = ?", webhook);
    assertThat(verdict(claim, world.me)).isEqualTo(Verdict.DELETED);
  }

  @Test
  void aLeaseTooShortForAWholeAttemptIsLapsing() {
    long webhook = world.webhook("w");
    Claim claim = world.claimed("k", webhook);
    world.db.execute("update delivery_open set claim_until = now() + interval '16 s'");
    assertThat(verdict(claim, world.me)).isEqualTo(Verdict.LAPSING);
    world.set(webhook, "timeout_ms = 5000");
    assertThat(verdict(claim, world.me)).isEqualTo(Verdict.GO);
  }

  @Test
  void theVersionChangesWithEverythingTheAttemptUses() {
    long webhook = world.webhook("w");
    Claim claim = world.claimed("k", webhook);
    String before = String.valueOf(check(claim).version());
    for (String change :
        List.of(
            "update webhook set url = url || 'x'",
            "insert into key_value (name, kind, value) values ('kv', 'static', 'v')"
                + "; insert into webhook_header (webhook_uid, ordinal, name, key_value_id) select w.uid, 0, 'x', k.id from webhook w, key_value k",
            "update key_value set value = 'other'",
            "update webhook_header set name = 'y'",
            "insert into signing_key (webhook_uid, secret) select uid, '\\x00' from webhook",
            "update signing_key set expires_at = now() - interval '1 s'",
            "delete from webhook_header")) {
      world.db.execute(change);
      String after = String.valueOf(check(claim).version());
      assertThat(after).as(change).isNotEqualTo(before);
      before = after;
    }
  }

  @Test
  void aClaimGivenBackIsFreeForTheNext() {
    long webhook = world.webhook("w");
    Claim claim = world.claimed("k", webhook);
    assertThat(claims.claimDue(webhook, UUID.randomUUID(), 10)).isEmpty();
    claims.release(List.of(ClaimKey.of(claim)), UUID.randomUUID());
    assertThat(claims.claimDue(webhook, UUID.randomUUID(), 10)).isEmpty();
    claims.release(List.of(ClaimKey.of(claim)), world.me);
    assertThat(claims.claimDue(webhook, UUID.randomUUID(), 10))
        .extracting(Claim::number)
        .containsExactly(1);
  }

  @Test
  void aLapsedClaimIsTakenOverUnderAHigherNumber() {
    long webhook = world.webhook("w", "ordered = true");
    Claim claim = world.claimed("k", webhook);
    lapse();
    Claim next = claims.claimDue(webhook, UUID.randomUUID(), 10).getFirst();
    assertThat(next.number()).isEqualTo(claim.number() + 1);
    assertThat(verdict(claim, world.me)).isEqualTo(Verdict.LOST);
  }

  @Test
  void nothingOfAnUnusableWebhookIsClaimed() {
    long webhook = world.webhook("w");
    claims.release(List.of(ClaimKey.of(world.claimed("k", webhook))), world.me);
    world.set(webhook, "active = false");
    assertThat(claims.claimDue(webhook, world.me, 10)).isEmpty();
  }

  @Test
  void onlyHeadsAreClaimedWhileOrderedIsOnHoweverOftenItIsSwitched() {
    long webhook = world.webhook("w");
    Claim first = world.claimed("k", webhook);
    Claim second = world.claimed("k", webhook);
    claims.release(List.of(ClaimKey.of(first)), world.me);
    claims.release(List.of(ClaimKey.of(second)), world.me);
    world.set(webhook, "ordered = true");
    assertThat(claims.claimDue(webhook, world.me, 10))
        .extracting(Claim::eventId)
        .containsExactly(first.eventId());
    lapse();
    world.set(webhook, "ordered = false");
    assertThat(claims.claimDue(webhook, world.me, 10)).hasSize(2);
    lapse();
    world.set(webhook, "ordered = true");
    assertThat(claims.claimDue(webhook, world.me, 10))
        .extracting(Claim::eventId)
        .containsExactly(first.eventId());
  }

  @Test
  void aHeadWaitsForALaterDeliveryThatIsStillOnTheWire() {
    long webhook = world.webhook("w");
    Claim first = world.claimed("k", webhook);
    world.claimed("k", webhook);
    claims.release(List.of(ClaimKey.of(first)), world.me);
    world.set(webhook, "ordered = true");
    assertThat(claims.claimDue(webhook, world.me, 10)).isEmpty();
  }

  @Test
  void dueRowsBehindAHeadKeepNoOtherLaneFromItsTurn() {
    long webhook = world.webhook("w");
    Claim head = world.claimed("busy", webhook);
    for (int i = 0; i < 20; i++) {
      claims.release(List.of(ClaimKey.of(world.claimed("busy", webhook))), world.me);
    }
    Claim other = world.claimed("other", webhook);
    claims.release(List.of(ClaimKey.of(other)), world.me);
    world
        .delivery
        .results()
        .record(List.of(World.result(head, "retrying", Instant.now().plusSeconds(3600))), world.me);
    world.set(webhook, "ordered = true");
    assertThat(claims.claimDue(webhook, world.me, 5))
        .extracting(Claim::eventId)
        .containsExactly(other.eventId());
  }

  private void lapse() {
    world.db.execute("update delivery_open set claim_until = now() - interval '1 s'");
  }

  private Checked check(Claim claim) {
    return claims.check(List.of(ClaimKey.of(claim)), world.me).getFirst();
  }

  private Verdict verdict(Claim claim, UUID owner) {
    return claims.check(List.of(ClaimKey.of(claim)), owner).getFirst().verdict();
  }
}
