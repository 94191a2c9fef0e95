package io.sequitur.workflows.event;

import io.temporal.activity.ActivityInterface;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The activity of the {@link ConditionWorkflow}. */
@ActivityInterface
public interface FireConditions {
  /**
   * Fires the windows of the trigger that are due, until none is.
   *
   * @param number rises from firing to firing, over all runs; one that is not the highest any more
   *     stops and records nothing
   */
  Fired fireConditions(ConditionRef condition, long number);

  /**
   * How a firing ended.
   *
   * @param nextDueIn until the next window is due, measured by the database's clock, so that
   *     Temporal's need not agree with it; null when no window is open
   * @param fired how many windows fired
   */
  record Fired(@Nullable Duration nextDueIn, Integer fired) {}
}
