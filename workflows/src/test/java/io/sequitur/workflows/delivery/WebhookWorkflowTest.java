package io.sequitur.workflows.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.workflows.temporal.WorkflowIds;
import io.sequitur.workflows.testing.ScriptedDrain;
import io.sequitur.workflows.testing.TestTemporal;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowStub;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebhookWorkflowTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration LONG = Duration.ofHours(10);

  private final TestTemporal temporal = new TestTemporal();
  private final ScriptedDrain drain = new ScriptedDrain(temporal);

  @AfterEach
  void close() {
    temporal.close();
  }

  @Test
  void endsWhenNothingWaits() {
    drain.thenNothing();
    run();
    assertThat(drain.begun()).hasSize(1);
  }

  @Test
  void sleepsUntilTheNextLook() {
    drain.thenWaiting(HOUR, () -> {}).thenNothing();
    run();
    assertThat(drain.begun()).hasSize(2);
    assertThat(slept()).isBetween(HOUR, HOUR.plusMinutes(5));
  }

  @Test
  void ringWakesASleeper() {
    drain.thenWaiting(LONG, () -> temporal.after(HOUR, this::ring)).thenNothing();
    run();
    assertThat(drain.begun()).hasSize(2);
    assertThat(slept()).isBetween(HOUR, LONG.minus(HOUR));
  }

  @Test
  void ringDuringADrainThatLeavesNothingCausesAnother() {
    drain.thenNothing(this::ring).thenNothing();
    run();
    assertThat(drain.begun()).hasSize(2);
  }

  @Test
  void ringDuringADrainIsNotSleptThrough() {
    drain.thenWaiting(LONG, this::ring).thenNothing();
    run();
    assertThat(drain.begun()).hasSize(2);
    assertThat(slept()).isLessThan(HOUR);
  }

  @Test
  void anHourBehindAnOpenBreakerIsTwentyDrainsHoweverManyWait() {
    OpenBreaker breaker = OpenBreaker.of(Instant.EPOCH, Instant.EPOCH, 1);
    int probes = 0;
    while (breaker.probeAt().isBefore(Instant.EPOCH.plus(HOUR))) {
      drain.thenWaiting(Duration.between(breaker.movedAt(), breaker.probeAt()), () -> {});
      Instant probe = breaker.probeAt();
      breaker = (OpenBreaker) breaker.after(BreakerSignal.FAILED, probe, probe, 10);
      probes++;
    }
    drain.thenNothing();
    run();
    assertThat(drain.begun()).hasSize(probes + 1).hasSize(20);
    assertThat(Duration.between(drain.begun().getFirst(), drain.begun().getLast()))
        .isBetween(HOUR.minusMinutes(6), HOUR.plusMinutes(5));
    assertThat(temporal.client().fetchHistory(WorkflowIds.webhook(7)).getEvents())
        .as("the whole hour in Temporal")
        .hasSizeLessThan(13 * (probes + 1));
  }

  @Test
  void numbersRiseFromDrainToDrain() {
    drain.thenWaiting(HOUR, () -> {}).thenWaiting(HOUR, () -> {}).thenNothing();
    run();
    assertThat(drain.numbers()).hasSize(3).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void aLongLifeGoesOnInANewRunAndTheNumbersRiseOn() {
    for (int i = 0; i < 501; i++) {
      drain.thenWaiting(HOUR, () -> {});
    }
    drain.thenNothing();
    run();
    assertThat(drain.numbers()).hasSize(502).isSorted().doesNotHaveDuplicates();
    var started =
        temporal
            .client()
            .fetchHistory(WorkflowIds.webhook(7))
            .getEvents()
            .getFirst()
            .getWorkflowExecutionStartedEventAttributes();
    assertThat(started.getContinuedExecutionRunId()).isNotEmpty();
    assertThat(Duration.between(drain.begun().getFirst(), drain.begun().getLast()))
        .isBetween(HOUR.multipliedBy(501), HOUR.multipliedBy(502));
  }

  private void run() {
    temporal.worker().registerWorkflowImplementationTypes(WebhookWorkflowImpl.class);
    temporal.worker().registerActivitiesImplementations(drain);
    temporal.start();
    WebhookWorkflow workflow = temporal.workflow(WebhookWorkflow.class, WorkflowIds.webhook(7));
    WorkflowClient.start(workflow::run, new WebhookRef(7));
    WorkflowStub.fromTyped(workflow).getResult(Void.class);
  }

  private void ring() {
    temporal.client().newWorkflowStub(WebhookWorkflow.class, WorkflowIds.webhook(7)).ring();
  }

  private Duration slept() {
    Instant first = drain.begun().get(0);
    return Duration.between(first, drain.begun().get(1));
  }
}
