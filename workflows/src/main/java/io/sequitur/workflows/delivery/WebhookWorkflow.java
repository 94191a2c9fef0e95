package io.sequitur.workflows.delivery;

import io.temporal.workflow.SignalMethod;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * Retries what waits for one webhook: one workflow and one timer, however many rows wait. It ends
 * when nothing waits.
 */
@WorkflowInterface
public interface WebhookWorkflow {
  @WorkflowMethod(name = "WebhookWorkflow")
  void run(WebhookRef webhook);

  /**
   * Something is due earlier than this workflow meant to look. Carries nothing: what is due stands
   * in rows.
   */
  @SignalMethod
  void ring();
}
