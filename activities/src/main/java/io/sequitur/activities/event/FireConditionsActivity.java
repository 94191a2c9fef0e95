package io.sequitur.activities.event;

import io.sequitur.activities.EngineActivity;
import io.sequitur.db.event.TimerStore;
import io.sequitur.workflows.event.ConditionRef;
import io.sequitur.workflows.event.FireConditions;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import jakarta.inject.Singleton;
import java.time.Duration;

/** The firing of a condition's workflow: heartbeats, and writes down when to look next. */
@Singleton
final class FireConditionsActivity implements FireConditions, EngineActivity {
  /** A window that is due may be locked by a router who is about to make room for the next one. */
  private static final Duration SHORTEST = Duration.ofMillis(50);

  private final TimerStore timers;
  private final Firings firings;

  FireConditionsActivity(TimerStore timers, Firings firings) {
    this.timers = timers;
    this.firings = firings;
  }

  @Override
  public Fired fireConditions(ConditionRef condition, long number) {
    if (!timers.begin(condition.tenant(), condition.trigger(), number)) {
      return new Fired(null, 0);
    }
    ActivityExecutionContext context = Activity.getExecutionContext();
    int fired = firings.fire(condition, context::heartbeat);
    Duration wait =
        timers
            .settle(condition.tenant(), condition.trigger(), number)
            .map(next -> next.compareTo(SHORTEST) < 0 ? SHORTEST : next)
            .orElse(null);
    return new Fired(wait, fired);
  }
}
