package io.sequitur.activities.event;

import io.sequitur.activities.EngineActivity;
import io.sequitur.activities.catalogue.BuiltInTriggers;
import io.sequitur.db.Ids;
import io.sequitur.db.event.RunStore;
import io.sequitur.workflows.event.Affected;
import io.sequitur.workflows.event.EventGroup;
import io.sequitur.workflows.event.QueryAffected;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInfo;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** Step 1: routes what is not routed yet, then reads what the group touches. */
@Singleton
final class QueryAffectedActivity implements QueryAffected, EngineActivity {
  private final Router router;
  private final RunStore runs;
  private final BuiltInTriggers builtIn;

  QueryAffectedActivity(Router router, RunStore runs, BuiltInTriggers builtIn) {
    this.router = router;
    this.runs = runs;
    this.builtIn = builtIn;
  }

  @Override
  public Affected queryAffected(EventGroup group) {
    List<UUID> events = group.events().stream().map(QueryAffectedActivity::id).toList();
    RunStore.Touched touched = runs.touched(events);
    if (touched.settled() < events.size()) {
      router.route(events);
      touched = runs.touched(events);
    }
    ActivityInfo info = Activity.getExecutionContext().getInfo();
    runs.started(
        touched.runs(),
        Objects.requireNonNull(info.getWorkflowId(), "called by a workflow"),
        Objects.requireNonNull(info.getWorkflowRunId(), "called by a workflow"));
    return new Affected(
        touched.runs().stream().map(UUID::toString).toList(),
        touched.tenants(),
        touched.triggers(),
        builtIn.changedWebhooks(touched.triggers(), events));
  }

  private static UUID id(String event) {
    UUID id = Ids.parseEvent(event);
    if (id == null) {
      throw new IllegalArgumentException("not an event's id: " + event);
    }
    return id;
  }
}
