package io.sequitur.workflows.catalogue;

import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;

/**
 * Holds what the catalogue's rows say against what the last reconcile saw, once, for one tenant.
 * Nightly ones are started from rows: the engine needs no schedules of Temporal.
 */
@WorkflowInterface
public interface ReconcileWorkflow {
  @WorkflowMethod(name = "ReconcileWorkflow")
  Reconciled run(ReconcileRequest request);
}
