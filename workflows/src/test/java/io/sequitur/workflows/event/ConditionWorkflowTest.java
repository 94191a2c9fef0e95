package io.sequitur.workflows.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.workflows.temporal.WorkflowIds;
import io.sequitur.workflows.testing.ScriptedFiring;
import io.sequitur.workflows.testing.TestTemporal;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ConditionWorkflowTest {
  private static final ConditionRef CONDITION = new ConditionRef("default", "unpaid");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration LONG = Duration.ofDays(20);

  private final TestTemporal temporal = new TestTemporal();
  private final ScriptedFiring firing = new ScriptedFiring(temporal);

  @AfterEach
  void close() {
    temporal.close();
  }

  @Test
  void endsWhenNoWindowIsOpen() {
    firing.thenNothing(() -> {});
    run();
    assertThat(firing.begun()).hasSize(1);
  }

  @Test
  void sleepsUntilTheNextWindowIsDue() {
    firing.thenWaiting(LONG, () -> {});
    run();
    assertThat(firing.begun()).hasSize(2);
    assertThat(slept()).isBetween(LONG, LONG.plusMinutes(5));
  }

  @Test
  void aRingWakesASleeper() {
    firing.thenWaiting(LONG, () -> temporal.after(HOUR, this::ring));
    run();
    assertThat(firing.begun()).hasSize(2);
    assertThat(slept()).isBetween(HOUR, LONG.minus(HOUR));
  }

  @Test
  void aRingDuringAFiringThatLeavesNothingCausesAnother() {
    firing.thenNothing(this::ring);
    run();
    assertThat(firing.begun()).hasSize(2);
  }

  @Test
  void aRingDuringAFiringIsNotSleptThrough() {
    firing.thenWaiting(LONG, this::ring);
    run();
    assertThat(firing.begun()).hasSize(2);
    assertThat(slept()).isLessThan(HOUR);
  }

  @Test
  void numbersRiseFromFiringToFiring() {
    firing.thenWaiting(HOUR, () -> {}).thenWaiting(HOUR, () -> {});
    run();
    assertThat(firing.numbers()).hasSize(3).isSorted().doesNotHaveDuplicates();
  }

  private void run() {
    temporal.worker().registerWorkflowImplementationTypes(ConditionWorkflowImpl.class);
    temporal.worker().registerActivitiesImplementations(firing);
    temporal.start();
    ConditionWorkflow workflow =
        temporal.workflow(ConditionWorkflow.class, WorkflowIds.condition(CONDITION));
    WorkflowClient.start(workflow::run, CONDITION);
    WorkflowStub.fromTyped(workflow).getResult(Void.class);
  }

  private void ring() {
    temporal
        .client()
        .newWorkflowStub(ConditionWorkflow.class, WorkflowIds.condition(CONDITION))
        .ring();
  }

  private Duration slept() {
    Instant first = firing.begun().get(0);
    return Duration.between(first, firing.begun().get(1));
  }
}
