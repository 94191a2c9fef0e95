package io.sequitur.workflows.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.workflows.temporal.WorkflowIds;
import io.sequitur.workflows.testing.ScriptedLooks;
import io.sequitur.workflows.testing.TestTemporal;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SyncTargetWorkflowTest {
  private static final String ID = WorkflowIds.sync(7);
  private final TestTemporal temporal = new TestTemporal();
  private final ScriptedLooks looks = new ScriptedLooks();

  @AfterEach
  void close() {
    temporal.close();
  }

  @Test
  void whatIsDueIsToldAndThenItLooksAgain() {
    looks.thenNotice().thenWaiting(Duration.ofMinutes(15), () -> {}).thenNotice();
    run();
    assertThat(looks.calls()).containsExactly("look", "notice", "look", "look", "notice", "look");
  }

  @Test
  void rungDuringALookItLooksAgainInsteadOfEnding() {
    looks.thenNothing(this::ring).thenWaiting(Duration.ofHours(1), this::ring);
    run();
    assertThat(looks.calls()).containsExactly("look", "look", "look");
  }

  @Test
  void aLongLifeGoesOnInAnotherRun() {
    int many = 520;
    Collections.nCopies(many, Duration.ZERO).forEach(pause -> looks.thenWaiting(pause, () -> {}));
    run();
    assertThat(looks.calls()).hasSize(many + 1);
  }

  private void run() {
    temporal.worker().registerWorkflowImplementationTypes(SyncTargetWorkflowImpl.class);
    temporal.worker().registerActivitiesImplementations(looks);
    temporal.start();
    temporal.workflow(SyncTargetWorkflow.class, ID).run(new SyncTargetRef(7));
  }

  private void ring() {
    temporal.client().newWorkflowStub(SyncTargetWorkflow.class, ID).ring();
  }
}
