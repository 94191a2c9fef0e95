package io.sequitur.workflows.event;

import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * Waits for what should follow and does not: one workflow and one timer for a trigger, however many
 * windows are open. It ends when none is.
 */
@WorkflowInterface
public interface ConditionWorkflow {
  @WorkflowMethod(name = "ConditionWorkflow")
  void run(ConditionRef condition);

  /**
   * A window is due earlier than this workflow meant to look. Carries nothing: windows are rows.
   */
  @SignalMethod
  void ring();
}
