package io.sequitur.workflows.catalogue;

import io.sequitur.workflows.temporal.ActivityPolicies;
import io.temporal.workflow.Workflow;

/** One step, tried until the database is there. */
public final class ReconcileWorkflowImpl implements ReconcileWorkflow {
  private final Reconcile catalogue =
      Workflow.newActivityStub(Reconcile.class, ActivityPolicies.reconcile());

  @Override
  public Reconciled run(ReconcileRequest request) {
    Reconciled reconciled = catalogue.reconcile(request);
    Workflow.setCurrentDetails(reconciled.sentence());
    return reconciled;
  }
}
