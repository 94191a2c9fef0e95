package io.sequitur.activities.catalogue;

import io.sequitur.activities.EngineActivity;
import io.sequitur.workflows.catalogue.Reconcile;
import io.sequitur.workflows.catalogue.ReconcileRequest;
import io.sequitur.workflows.catalogue.Reconciled;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityInfo;
import jakarta.inject.Singleton;

/** Leaves its workflow's ids in the report. */
@Singleton
final class ReconcileActivity implements Reconcile, EngineActivity {
  private final Reconciler reconciler;

  ReconcileActivity(Reconciler reconciler) {
    this.reconciler = reconciler;
  }

  @Override
  public Reconciled reconcile(ReconcileRequest request) {
    ActivityInfo info = Activity.getExecutionContext().getInfo();
    return reconciler.reconcile(request.tenant(), info.getWorkflowId(), info.getWorkflowRunId());
  }
}
