package io.sequitur.db.testing;

import io.sequitur.db.delivery.AttemptRow;
import io.sequitur.db.delivery.Claim;
import io.sequitur.db.delivery.OperatorStore.Actor;
import io.sequitur.db.delivery.Recorded;
import io.sequitur.db.delivery.ReplayWindow;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Replays by hand: made, looked through, claimed and recorded step by step. */
public final class Replaying {
  public static final Actor OPERATOR = new Actor("default", "local");
  public static final List<String> FINISHED =
      List.of("delivered", "exhausted", "skipped", "cancelled");

  private final World world;

  public Replaying(World world) {
    this.world = world;
  }

  /** An event of the key that the webhook was sent. */
  public UUID delivered(@Nullable String key, long webhook) {
    Claim claim = world.claimed(key, webhook);
    record(claim, "delivered");
    return claim.eventId();
  }

  /** A replay of everything to the webhook, its window looked through as far as it goes. */
  public UUID replay(String webhook) {
    return replay(new ReplayWindow(webhook, null, null, null, FINISHED), null);
  }

  public UUID replay(ReplayWindow window, @Nullable Double rate) {
    UUID id = started(window, rate);
    look(id);
    return id;
  }

  /** Made, and nothing more. */
  public UUID started(ReplayWindow window, @Nullable Double rate) {
    UUID id = world.delivery.replays().start(OPERATOR, window, rate).orElseThrow();
    world.delivery.replayBells().begin(id, 1);
    return id;
  }

  /** Looks through the window as far as it goes now; gives the number of steps. */
  public int look(UUID replay) {
    int steps = 0;
    while (world.delivery.replayScan().step(replay, 1)) {
      steps++;
    }
    return steps;
  }

  public List<Claim> claim(UUID replay) {
    return world.delivery.replayClaims().claim(replay, 1, world.me, 0).claims();
  }

  public Recorded record(Claim claim, String next) {
    Instant later = next.equals("retrying") ? Instant.now().plusSeconds(300) : null;
    return record(World.result(claim, next, later));
  }

  public Recorded record(AttemptRow row) {
    return world.delivery.results().record(List.of(row), world.me);
  }

  public void lapse() {
    world.db.execute(
        "update replay_item set claim_until = now() - interval '1 s' where claim_until is not null");
  }
}
