package io.sequitur.workflows.event;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/** The way of an event, or of a group of events that came together. */
@WorkflowInterface
public interface EventWorkflow {
  @WorkflowMethod(name = "EventWorkflow")
  void run(EventGroup group);
}
