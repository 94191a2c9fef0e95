package io.sequitur.api.catalogue;

import io.sequitur.workflows.catalogue.ReconcileRequest;
import io.sequitur.workflows.catalogue.ReconcileWorkflow;
import io.sequitur.workflows.temporal.SearchAttributes;
import io.sequitur.workflows.temporal.TaskQueues;
import io.sequitur.workflows.temporal.WorkflowIds;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Starts reconcile workflows, one at a time for each tenant. */
@Singleton
final class Reconciles {
  private final WorkflowClient temporal;

  Reconciles(WorkflowClient temporal) {
    this.temporal = temporal;
  }

  /**
   * Starts one, unless one runs.
   *
   * @throws RuntimeException when Temporal does not take it
   */
  void start(String tenant) {
    WorkflowExecution unused =
        WorkflowClient.start(
            workflow(
                    tenant,
                    WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
                    "nightly reconcile")
                ::run,
            new ReconcileRequest(tenant));
  }

  /**
   * Runs one that begins now and waits for its end: one that runs already may have read before the
   * caller's last change.
   *
   * @return false if it did not end in time; it goes on
   * @throws RuntimeException when Temporal does not take it
   */
  boolean run(String tenant, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      ReconcileWorkflow workflow =
          workflow(
              tenant,
              WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL,
              "reconcile on demand");
      try {
        WorkflowExecution unused =
            WorkflowClient.start(workflow::run, new ReconcileRequest(tenant));
        return ended(WorkflowStub.fromTyped(workflow), end);
      } catch (WorkflowExecutionAlreadyStarted e) {
        WorkflowStub other = temporal.newUntypedWorkflowStub(WorkflowIds.reconcile(tenant));
        if (!ended(other, end)) {
          return false;
        }
      }
    }
  }

  private static boolean ended(WorkflowStub workflow, long end) {
    try {
      Object unused =
          workflow.getResult(
              Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS, Object.class);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  private ReconcileWorkflow workflow(
      String tenant, WorkflowIdConflictPolicy policy, String summary) {
    return temporal.newWorkflowStub(
        ReconcileWorkflow.class,
        WorkflowOptions.newBuilder()
            .setWorkflowId(WorkflowIds.reconcile(tenant))
            .setTaskQueue(TaskQueues.ENGINE)
            .setWorkflowIdConflictPolicy(policy)
            .setStaticSummary(summary)
            .setTypedSearchAttributes(
                io.temporal.common.SearchAttributes.newBuilder()
                    .set(SearchAttributes.TENANT, List.of(tenant))
                    .build())
            .build());
  }
}
