package io.sequitur.db.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.testing.World;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SweepTest {
  private static final Duration AGE = Duration.ofSeconds(30);

  private final World world = new World();
  private final SweepStore sweep = world.delivery.sweep();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void onlyWhatIsOldAndUnclaimedOfAUsableWebhookIsOverdue() {
    long webhook = world.webhook("w");
    world.claimed(null, webhook);
    assertThat(sweep.overdue(AGE)).isEmpty();
    world.db.execute("update delivery_open set next_attempt_at = now() - interval '31 s'");
    assertThat(sweep.overdue(AGE)).as("claimed").isEmpty();
    world.db.execute("update delivery_open set claim_until = now() - interval '1 s'");
    assertThat(sweep.overdue(AGE)).containsExactly(webhook);
    world.state(webhook, "status = 'disabled'");
    assertThat(sweep.overdue(AGE)).isEmpty();
  }

  @Test
  void aHeadThatWasLeftWaitingIsFreedAndOthersWaitOn() {
    long webhook = world.webhook("w", "ordered = true");
    Claim first = world.claimed("k", webhook);
    UUID second = world.send("k", webhook).events().getFirst().id();
    UUID third = world.send("k", webhook).events().getFirst().id();
    age();
    assertThat(sweep.freeHeads(AGE)).isZero();
    world.db.execute("delete from delivery_open where event_id = ?", first.eventId());
    assertThat(sweep.freeHeads(AGE)).isEqualTo(1);
    assertThat(world.stateOf(second)).isEqualTo("pending");
    assertThat(world.stateOf(third)).isEqualTo("waiting");
    assertThat(world.delivery.claims().claimDue(webhook, world.me, 9)).hasSize(1);
  }

  @Test
  void aYoungHeadIsLeftToWhoeverEndsItsLane() {
    long webhook = world.webhook("w", "ordered = true");
    Claim first = world.claimed("k", webhook);
    world.send("k", webhook);
    world.db.execute("delete from delivery_open where event_id = ?", first.eventId());
    assertThat(sweep.freeHeads(AGE)).isZero();
  }

  @Test
  void whatWaitedForADeletedWebhookIsCancelledExceptOnTheWire() {
    long webhook = world.webhook("w");
    Claim sending = world.claimed("k", webhook);
    Claim waiting = world.claimed("k", webhook);
    world.delivery.claims().release(List.of(ClaimKey.of(waiting)), world.me);
    world.db.execute("delete from webhook where uid = ?", webhook);
    assertThat(sweep.cancelOrphans()).isEqualTo(1);
    assertThat(world.stateOf(waiting)).isEqualTo("cancelled");
    assertThat(world.db.count("delivery_open where event_id = ?", sending.eventId())).isOne();
    assertThat(world.db.count("delivery_done where webhook = 'w'")).isOne();
  }

  private void age() {
    world.db.execute("update delivery_open set updated_at = now() - interval '31 s'");
  }
}
