package io.sequitur.workflows.delivery;

import io.temporal.activity.ActivityInterface;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The activity of the {@link ReplayWorkflow}. */
@ActivityInterface
public interface DrainReplay {
  /**
   * Sends what can be sent now, or for a while.
   *
   * @param number rises from drain to drain, over all runs; one that is not the highest any more
   *     sends and records nothing
   */
  Replayed drainReplay(ReplayRef replay, long number);

  /**
   * How a drain ended.
   *
   * @param nextLookIn how long until there will be something to send; null when there is nothing
   *     that comes by itself
   * @param progress a line for those who look at the workflow
   */
  record Replayed(@Nullable Duration nextLookIn, String progress) {}
}
