package io.sequitur.workflows.sync;

import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * Tells one sync target what it has to know: one notice at a time, until it has acknowledged, and
 * again when it is time for a resync. It ends when the target is deleted or inactive.
 */
@WorkflowInterface
public interface SyncTargetWorkflow {
  @WorkflowMethod(name = "SyncTargetWorkflow")
  void run(SyncTargetRef target);

  /** Something is due earlier than this workflow meant to look. Carries nothing: rows do. */
  @SignalMethod
  void ring();
}
