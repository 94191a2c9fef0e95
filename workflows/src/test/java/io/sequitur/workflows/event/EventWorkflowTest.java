package io.sequitur.workflows.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.workflows.temporal.SearchAttributes;
import io.sequitur.workflows.temporal.WorkflowIds;
import io.sequitur.workflows.testing.RecordingSteps;
import io.sequitur.workflows.testing.TestTemporal;
import io.temporal.client.WorkflowStub;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventWorkflowTest {
  private static final EventGroup GROUP = new EventGroup(List.of("evt_1", "evt_2"));
  private static final Affected AFFECTED =
      new Affected(List.of("run_1"), List.of("default"), List.of("audit", "erp"), List.of(7L));

  private final TestTemporal temporal = new TestTemporal();

  @AfterEach
  void close() {
    temporal.close();
  }

  @Test
  void invalidatesBeforeItDeliversAndNotifiesLast() {
    RecordingSteps steps = new RecordingSteps(AFFECTED, 0);
    run(steps);
    assertThat(steps.steps())
        .containsExactly("queryAffected", "invalidateCache", "deliver", "notifyTargets");
  }

  @Test
  void everyLaterStepGetsWhatTheFirstOneFound() {
    RecordingSteps steps = new RecordingSteps(AFFECTED, 0);
    run(steps);
    assertThat(steps.arguments()).containsExactly(GROUP, AFFECTED, AFFECTED, AFFECTED);
  }

  @Test
  void nothingIsDeliveredUntilAFailedInvalidationHasSucceeded() {
    RecordingSteps steps = new RecordingSteps(AFFECTED, 2);
    run(steps);
    assertThat(steps.steps())
        .containsExactly(
            "queryAffected",
            "invalidateCache",
            "invalidateCache",
            "invalidateCache",
            "deliver",
            "notifyTargets");
  }

  @Test
  void isFoundByTenantAndTrigger() {
    var found = run(new RecordingSteps(AFFECTED, 0)).describe().getTypedSearchAttributes();
    assertThat(found.get(SearchAttributes.TENANT)).containsExactly("default");
    assertThat(found.get(SearchAttributes.TRIGGER)).containsExactly("audit", "erp");
  }

  private WorkflowStub run(RecordingSteps steps) {
    temporal.worker().registerWorkflowImplementationTypes(EventWorkflowImpl.class);
    temporal.worker().registerActivitiesImplementations(steps);
    temporal.start();
    EventWorkflow workflow = temporal.workflow(EventWorkflow.class, WorkflowIds.of(GROUP));
    workflow.run(GROUP);
    return WorkflowStub.fromTyped(workflow);
  }
}
