package io.sequitur.activities.sync;

import io.sequitur.activities.EngineActivity;
import io.sequitur.db.event.RunStore;
import io.sequitur.workflows.event.Affected;
import io.sequitur.workflows.sync.NotifyTargets;
import jakarta.inject.Singleton;
import java.util.UUID;

/** Step 4: ends the runs whose actions are all done. */
@Singleton
final class NotifyTargetsActivity implements NotifyTargets, EngineActivity {
  private final RunStore runs;

  NotifyTargetsActivity(RunStore runs) {
    this.runs = runs;
  }

  @Override
  public void notifyTargets(Affected affected) {
    runs.finish(affected.runs().stream().map(UUID::fromString).toList());
  }
}
