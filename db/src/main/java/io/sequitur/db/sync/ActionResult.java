package io.sequitur.db.sync;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came of an attempt at an action. */
public sealed interface ActionResult {
  /** It is done; which workflow has it, if it was to start one. */
  record Done(@Nullable String workflowId, @Nullable String workflowRunId)
      implements ActionResult {}

  /** It will never be done. */
  record Failed(String reason) implements ActionResult {}

  /** It is tried again after {@code pause}. */
  record Later(String reason, Duration pause) implements ActionResult {}
}
