package io.sequitur.db.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.Ids;
import io.sequitur.db.testing.Replaying;
import io.sequitur.db.testing.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a replay finds in its window, and when it sends it. */
final class ReplayScanTest {
  private final World world = new World();
  private final Replaying replaying = new Replaying(world);

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void everythingInTheWindowIsFoundOnceAndNothingElse() {
    long webhook = world.webhook("w");
    long other = world.webhook("other");
    many(webhook, 1_300);
    many(other, 900);
    UUID replay = replaying.started(all("w"), null);
    int found = 0;
    int steps = 0;
    for (int round = 0; round < 100 && !scanned(replay); round++) {
      steps += replaying.look(replay);
      for (List<Claim> claims = replaying.claim(replay); !claims.isEmpty(); ) {
        claims.forEach(claim -> replaying.record(claim, "delivered"));
        found += claims.size();
        claims = replaying.claim(replay);
      }
    }
    assertThat(found).isEqualTo(1_300);
    assertThat(steps).isGreaterThan(2);
    assertThat(world.delivery.replayBells().settle(replay, 1, true))
        .hasValueSatisfying(settled -> {
          assertThat(settled.state()).isEqualTo("completed");
          assertThat(settled.total()).isEqualTo(1_300);
          assertThat(settled.delivered()).isEqualTo(1_300);
        });
  }

  @Test
  void onlySoMuchIsNotedAheadWhereThereIsNoOrder() {
    many(world.webhook("w"), 5_000);
    UUID replay = replaying.replay("w");
    assertThat(world.db.count("replay_item")).isBetween(1_000L, 2_000L);
    assertThat(scanned(replay)).isFalse();
  }

  @Test
  void aCancelledOneSaysFromWhenOnAnotherHasToBegin() {
    long webhook = world.webhook("w");
    for (int i = 0; i < 20; i++) {
      UUID unused = replaying.delivered(null, webhook);
    }
    List<Claim> first =
        replaying.claim(replaying.replay("w")).stream()
            .sorted(Comparator.comparing(claim -> claim.eventId().toString()))
            .toList();
    UUID replay = Objects.requireNonNull(first.getFirst().replay());
    for (Claim claim : first.subList(0, 4)) {
      replaying.record(claim, "delivered");
    }
    assertThat(
            world
                .delivery
                .replays()
                .act(Replaying.OPERATOR, ReplayStore.Action.CANCEL, replay, state -> null))
        .isPresent();
    Instant left = Ids.time(first.get(4).eventId());
    assertThat(left).isAfter(Ids.time(first.getFirst().eventId()));
    assertThat(world.db.value(String.class, "select reason from replay"))
        .contains("received before " + left);
  }

  @Test
  void aCancelledOneThatHasSentNothingSaysOnlyByWhom() {
    UUID unused = replaying.delivered(null, world.webhook("w"));
    UUID replay = replaying.started(all("w"), null);
    assertThat(
            world
                .delivery
                .replays()
                .act(Replaying.OPERATOR, ReplayStore.Action.CANCEL, replay, state -> null))
        .isPresent();
    assertThat(world.db.value(String.class, "select reason from replay"))
        .isEqualTo("Cancelled by local.");
  }

  @Test
  void lanesBeginWhenTheWindowIsLookedThroughAndGoByPositionNotById() {
    long webhook = world.webhook("w", "ordered = true");
    List<UUID> events = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      events.add(replaying.delivered("k", webhook));
    }
    // As if the first had been published in a transaction that was committed last.
    world.db.execute("update delivery_done set position = 10 where event_id = ?", events.get(0));
    many(world.webhook("noise"), 1_500);
    UUID replay = replaying.started(all("w"), null);
    assertThat(world.delivery.replayScan().step(replay, 1)).isTrue();
    assertThat(world.db.count("replay_item")).isEqualTo(3);
    assertThat(replaying.claim(replay)).isEmpty();
    replaying.look(replay);
    List<UUID> sent = new ArrayList<>();
    for (List<Claim> claims = replaying.claim(replay); !claims.isEmpty(); ) {
      assertThat(claims).hasSize(1);
      sent.add(claims.getFirst().eventId());
      replaying.record(claims.getFirst(), "delivered");
      claims = replaying.claim(replay);
    }
    assertThat(sent).containsExactly(events.get(1), events.get(2), events.get(0));
  }

  @Test
  void windowIsOfTimesTypesAndStates() {
    long webhook = world.webhook("w");
    UUID mine = replaying.delivered(null, webhook);
    UUID exhausted = world.claimed(null, webhook).eventId();
    world.db.execute("update event set type = 'com.a_b.push' where id = ?", exhausted);
    world.db.execute(
        "with gone as (delete from delivery_open where event_id = ? returning *) insert into delivery_done (event_id, webhook_uid, webhook, tenant, state, attempts, claim_number, created_at)"
            + " select event_id, webhook_uid, webhook, tenant, 'exhausted', 1, 1, created_at from gone",
        exhausted);
    assertThat(found(new ReplayWindow("w", null, null, null, Replaying.FINISHED)))
        .containsExactlyInAnyOrder(mine, exhausted);
    assertThat(found(new ReplayWindow("w", null, null, null, List.of("exhausted", "skipped"))))
        .containsExactly(exhausted);
    assertThat(found(new ReplayWindow("w", null, null, List.of("com.a_b.*"), Replaying.FINISHED)))
        .containsExactly(exhausted);
    assertThat(found(new ReplayWindow("w", null, null, List.of("com.axb.*"), Replaying.FINISHED)))
        .isEmpty();
    assertThat(
            found(
                new ReplayWindow(
                    "w", null, Instant.now().minusSeconds(60), null, Replaying.FINISHED)))
        .isEmpty();
    assertThat(
            found(
                new ReplayWindow(
                    "w", Instant.now().minusSeconds(60), null, null, Replaying.FINISHED)))
        .hasSize(2);
  }

  @Test
  void whatIsStillOpenIsLeftOut() {
    long webhook = world.webhook("w");
    world.claimed(null, webhook);
    assertThat(found(all("w"))).isEmpty();
  }

  @Test
  void rateGivesOneAfterTheOther() {
    many(world.webhook("w"), 100);
    UUID replay = replaying.replay(all("w"), 0.5);
    assertThat(replaying.claim(replay)).hasSize(1);
    ReplayClaims.Step step = world.delivery.replayClaims().claim(replay, 1, world.me, 0);
    assertThat(step.claims()).isEmpty();
    assertThat(step.pause()).isBetween(Duration.ofMillis(500), Duration.ofSeconds(2));
    world.db.execute("update replay set paced_until = now()");
    assertThat(replaying.claim(replay)).hasSize(1);
  }

  @Test
  void manyFailuresBeginNothingNewUntilOneWorksAgain() {
    many(world.webhook("w", "max_concurrency = 100"), 100);
    UUID replay = replaying.replay("w");
    int failed = 0;
    for (List<Claim> claims = replaying.claim(replay);
        !claims.isEmpty();
        claims = replaying.claim(replay)) {
      claims.stream().limit(20).forEach(claim -> replaying.record(claim, "retrying"));
      failed += Math.min(20, claims.size());
      world
          .delivery
          .claims()
          .release(claims.stream().skip(20).map(ClaimKey::of).toList(), world.me);
    }
    assertThat(failed).isEqualTo(20);
    assertThat(world.delivery.replayBells().settle(replay, 1, true))
        .hasValueSatisfying(
            settled -> assertThat(settled.nextLook()).isGreaterThan(Duration.ofMinutes(4)));
    world.db.execute(
        "update replay_item set next_attempt_at = now() where event_id = (select event_id from replay_item where attempts > 0 limit 1)");
    List<Claim> again = replaying.claim(replay);
    assertThat(again).hasSize(1);
    replaying.record(again.getFirst(), "delivered");
    assertThat(world.db.count("replay_item where attempts > 0 and next_attempt_at <= now()"))
        .isEqualTo(19);
  }

  @Test
  void configurationThatCannotBeSentHoldsTheReplayAndTriesOne() {
    long webhook = world.webhook("w");
    many(webhook, 10);
    UUID replay = replaying.replay("w");
    List<Claim> claims = replaying.claim(replay);
    replaying.record(config(claims.getFirst()));
    assertThat(replaying.claim(replay)).isEmpty();
    assertThat(world.delivery.replayReader().find("default", replay))
        .hasValueSatisfying(view -> assertThat(view.state()).isEqualTo("held"));
    assertThat(world.db.count("replay_item where attempts > 0")).isZero();
    world.db.execute("update replay set hold_until = now() - interval '1 s'");
    assertThat(replaying.claim(replay)).hasSize(1);
    assertThat(world.delivery.replayBells().changed(List.of(webhook))).containsExactly(replay);
    assertThat(replaying.claim(replay)).hasSizeGreaterThan(1);
  }

  @Test
  void eventThatWasTakenAwayHoldsUpNothing() {
    long webhook = world.webhook("w", "ordered = true");
    UUID first = replaying.delivered("k", webhook);
    UUID second = replaying.delivered("k", webhook);
    UUID replay = replaying.replay("w");
    world.db.asOwner("delete from sequitur.event where id = '" + first + "'");
    assertThat(replaying.claim(replay)).isEmpty();
    assertThat(replaying.claim(replay)).extracting(Claim::eventId).containsExactly(second);
    assertThat(world.db.count("replay where failed = 1")).isOne();
  }

  @Test
  void daysWithSomethingToSendAreKeptAndOldReplaysAreForgotten() {
    long webhook = world.webhook("w");
    UUID event = replaying.delivered(null, webhook);
    UUID replay = replaying.replay("w");
    replaying.record(replaying.claim(replay).getFirst(), "delivered");
    world.delivery.replayBells().settle(replay, 1, true);
    world.db.execute("update replay set finished_at = now() - interval '40 days'");
    world.db.asOwner("select sequitur.drop_partitions(interval '30 days')");
    assertThat(world.db.count("replay")).isZero();
    assertThat(world.db.value(UUID.class, "select id from event where id = ?", event))
        .isEqualTo(event);
  }

  private AttemptRow config(Claim claim) {
    AttemptRow row = World.result(claim, "retrying", null);
    return new AttemptRow(
        row.eventId(),
        row.webhookUid(),
        row.number(),
        row.at(),
        null,
        "CONFIG",
        0,
        "v1",
        "{}",
        null,
        "no such variable",
        "retrying",
        null,
        row.keyId(),
        false,
        null,
        "v1@env",
        null,
        false,
        claim.replay());
  }

  private List<UUID> found(ReplayWindow window) {
    UUID replay = replaying.replay(window, null);
    long total = world.db.value(Long.class, "select total from replay where id = ?", replay);
    List<UUID> found = replaying.claim(replay).stream().map(Claim::eventId).toList();
    assertThat(total).isEqualTo(found.size());
    assertThat(
            world.delivery.replays().count("default", window).orElseThrow().values().stream()
                .mapToLong(Long::longValue)
                .sum())
        .isEqualTo(total);
    return found;
  }

  private boolean scanned(UUID replay) {
    return world.db.value(Boolean.class, "select scanned from replay where id = ?", replay);
  }

  private static ReplayWindow all(String webhook) {
    return new ReplayWindow(webhook, null, null, null, Replaying.FINISHED);
  }

  private void many(long webhook, int count) {
    world.db.execute(
        """
        with made as (
          insert into event (id, tenant, source, ce_id, type, body)
          select new_id(), 'default', '/test', new_id()::text, 't', '{}' from generate_series(1, %d) returning id)
        insert into delivery_done (event_id, webhook_uid, webhook, tenant, state, attempts, claim_number, created_at)
        select id, %d, 'w', 'default', 'delivered', 1, 1, now() from made
        """
            .formatted(count, webhook));
  }
}
