package io.sequitur.workflows.catalogue;

import io.temporal.activity.ActivityInterface;

/** The activity of the {@link ReconcileWorkflow}. */
@ActivityInterface
public interface Reconcile {
  /** Compares, mends, and stores the report. Doing it again is harmless. */
  Reconciled reconcile(ReconcileRequest request);
}
