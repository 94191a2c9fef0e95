package io.sequitur.api.event;

import io.sequitur.workflows.event.EventGroup;
import io.sequitur.workflows.event.EventWorkflow;
import io.sequitur.workflows.temporal.SearchAttributes;
import io.sequitur.workflows.temporal.TaskQueues;
import io.sequitur.workflows.temporal.WorkflowIds;
import io.temporal.api.enums.v1.WorkflowIdConflictPolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowOptions;
import jakarta.inject.Singleton;
import java.util.Set;

/** Starts the workflow of a group; starting it again while it runs is no second one. */
@Singleton
public final class GroupStarter {
  private final WorkflowClient temporal;

  GroupStarter(WorkflowClient temporal) {
    this.temporal = temporal;
  }

  /**
   * Starts it, eagerly where a worker of this process is free.
   *
   * @throws RuntimeException when Temporal does not take it
   */
  void start(EventGroup group, Set<String> tenants, String summary) {
    WorkflowOptions options =
        WorkflowOptions.newBuilder()
            .setWorkflowId(WorkflowIds.of(group))
            .setTaskQueue(TaskQueues.ENGINE)
            .setWorkflowIdConflictPolicy(
                WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING)
            // Eager: the first workflow task comes with the answer to the start.
            .setDisableEagerExecution(false)
            .setStaticSummary(summary)
            .setTypedSearchAttributes(attributes(group, tenants))
            .build();
    WorkflowClient.start(temporal.newWorkflowStub(EventWorkflow.class, options)::run, group);
  }

  private static io.temporal.common.SearchAttributes attributes(
      EventGroup group, Set<String> tenants) {
    var attributes = io.temporal.common.SearchAttributes.newBuilder();
    if (!tenants.isEmpty()) {
      attributes.set(SearchAttributes.TENANT, SearchAttributes.fitting(tenants));
    }
    return attributes.set(SearchAttributes.EVENT, SearchAttributes.fitting(group.events())).build();
  }
}
