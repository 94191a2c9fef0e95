package io.sequitur.activities.sync;

import io.sequitur.activities.EngineActivity;
import io.sequitur.db.event.RunStore;
import io.sequitur.workflows.event.Affected;
import io.sequitur.workflows.sync.NotifyTargets;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.UUID;

/** Step 4: has targets told, does what is left of the runs' actions, and ends the runs. */
@Singleton
final class NotifyTargetsActivity implements NotifyTargets, EngineActivity {
  private final RunStore runs;
  private final ActionRunner actions;
  private final ChangedTargets targets;

  NotifyTargetsActivity(RunStore runs, ActionRunner actions, ChangedTargets targets) {
    this.runs = runs;
    this.actions = actions;
    this.targets = targets;
  }

  @Override
  public void notifyTargets(Affected affected) {
    targets.tell(affected);
    List<UUID> touched = affected.runs().stream().map(UUID::fromString).toList();
    if (runs.finish(touched)) {
      actions.carryOut(touched);
      boolean unused = runs.finish(touched);
    }
  }
}
