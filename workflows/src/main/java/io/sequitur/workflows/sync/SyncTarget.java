package io.sequitur.workflows.sync;

import io.temporal.activity.ActivityInterface;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The activities of the {@link SyncTargetWorkflow}. How a notice travels, only they know. */
@ActivityInterface
public interface SyncTarget {
  /**
   * Gives what is committed a generation, and says what is to be done.
   *
   * @param number rises from look to look, over all runs; one that is not the highest any more
   *     changes nothing, and ends its workflow
   */
  Look lookAtTarget(SyncTargetRef target, long number);

  /** Sends the notice that is due, if it still is, and records what came of it. */
  void noticeTarget(SyncTargetRef target, long number);

  /** What is to be done. */
  enum Next {
    /** Send a notice, and look again. */
    NOTICE,
    /** Look again after the pause. */
    WAIT,
    /** Nothing: nobody is to be told. */
    END
  }

  /**
   * What a look saw.
   *
   * @param pause until something is due, by the database's clock; null unless {@code next} is WAIT
   * @param details for people who look at the workflow
   */
  record Look(Next next, @Nullable Duration pause, String details) {}
}
