package io.sequitur.workflows.delivery;

import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * Sends once more what a replay has to send: one workflow and one timer, however many events it is.
 * It ends when the replay is over, and when it waits for somebody: who lets it go on rings.
 */
@WorkflowInterface
public interface ReplayWorkflow {
  @WorkflowMethod(name = "ReplayWorkflow")
  void run(ReplayRef replay);

  /** It may go on earlier than this workflow meant to look. Carries nothing: all stands in rows. */
  @SignalMethod
  void ring();
}
