package io.sequitur.activities.delivery;

import io.sequitur.activities.EngineActivity;
import io.sequitur.activities.ProcessId;
import io.sequitur.db.Ids;
import io.sequitur.db.delivery.ReplayBells;
import io.sequitur.db.delivery.ReplayBells.Settled;
import io.sequitur.db.delivery.ReplayClaims;
import io.sequitur.db.delivery.ReplayScan;
import io.sequitur.workflows.delivery.DrainReplay;
import io.sequitur.workflows.delivery.ReplayRef;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import jakarta.inject.Singleton;
import java.util.Objects;
import java.util.UUID;

/** The drain of a replay's workflow: heartbeats, and writes down when to look next. */
@Singleton
final class DrainReplayActivity implements DrainReplay, EngineActivity {
  private final ReplayBells bells;
  private final ReplayClaims claims;
  private final ReplayScan scan;
  private final Attempts attempts;
  private final ProcessId me;

  DrainReplayActivity(
      ReplayBells bells, ReplayClaims claims, ReplayScan scan, Attempts attempts, ProcessId me) {
    this.bells = bells;
    this.claims = claims;
    this.scan = scan;
    this.attempts = attempts;
    this.me = me;
  }

  @Override
  public Replayed drainReplay(ReplayRef replay, long number) {
    UUID id = Objects.requireNonNull(Ids.parseReplay(replay.id()), "a replay's id");
    if (!bells.begin(id, number)) {
      return new Replayed(null, "somebody else goes on with it, or it is no more");
    }
    ActivityExecutionContext context = Activity.getExecutionContext();
    ReplayDrain drain = new ReplayDrain(id, number, claims, scan, attempts, me);
    try {
      drain.run(() -> context.heartbeat(drain.attempted()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Activity.wrap(e);
    }
    return bells
        .settle(id, number, drain.attempted() > 0)
        .map(settled -> new Replayed(settled.nextLook(), progress(settled)))
        .orElseGet(() -> new Replayed(null, "it is no more"));
  }

  private static String progress(Settled settled) {
    return "%s to %s: %d of %d delivered, %d given up"
        .formatted(
            settled.state(),
            settled.webhook(),
            settled.delivered(),
            settled.total(),
            settled.failed());
  }
}
