package io.sequitur.workflows.temporal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sequitur.workflows.cache.InvalidateCache;
import io.sequitur.workflows.catalogue.Reconcile;
import io.sequitur.workflows.catalogue.ReconcileRequest;
import io.sequitur.workflows.catalogue.ReconcileWorkflow;
import io.sequitur.workflows.catalogue.ReconcileWorkflowImpl;
import io.sequitur.workflows.catalogue.Reconciled;
import io.sequitur.workflows.delivery.Deliver;
import io.sequitur.workflows.delivery.DrainNumber;
import io.sequitur.workflows.delivery.DrainReplay;
import io.sequitur.workflows.delivery.DrainWebhook;
import io.sequitur.workflows.delivery.ReplayRef;
import io.sequitur.workflows.delivery.ReplayWorkflow;
import io.sequitur.workflows.delivery.ReplayWorkflowImpl;
import io.sequitur.workflows.delivery.WebhookRef;
import io.sequitur.workflows.delivery.WebhookWorkflow;
import io.sequitur.workflows.delivery.WebhookWorkflowImpl;
import io.sequitur.workflows.event.Affected;
import io.sequitur.workflows.event.ConditionRef;
import io.sequitur.workflows.event.ConditionWorkflow;
import io.sequitur.workflows.event.ConditionWorkflowImpl;
import io.sequitur.workflows.event.EventGroup;
import io.sequitur.workflows.event.EventWorkflow;
import io.sequitur.workflows.event.EventWorkflowImpl;
import io.sequitur.workflows.event.FireConditions;
import io.sequitur.workflows.event.QueryAffected;
import io.sequitur.workflows.sync.NotifyTargets;
import io.sequitur.workflows.sync.SyncTarget;
import io.sequitur.workflows.sync.SyncTargetRef;
import io.sequitur.workflows.sync.SyncTargetWorkflow;
import io.sequitur.workflows.sync.SyncTargetWorkflowImpl;
import io.sequitur.workflows.testing.RecordingSteps;
import io.sequitur.workflows.testing.ScriptedDrain;
import io.sequitur.workflows.testing.ScriptedFiring;
import io.sequitur.workflows.testing.ScriptedLooks;
import io.sequitur.workflows.testing.ScriptedReplay;
import io.sequitur.workflows.testing.TestTemporal;
import io.temporal.client.WorkflowStub;
import io.temporal.common.WorkflowExecutionHistory;
import io.temporal.testing.WorkflowReplayer;
import io.temporal.workflow.Workflow;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Workflows that are under way when a new version starts must be able to go on. The histories are
 * files because they stand for runs of older versions. They are recorded again, with {@code
 * -Dsequitur.record=true}, only when no deployed version has to be replayed any more.
 */
class ReplayTest {
  private static final Path HISTORIES = Path.of("src", "test", "resources", "histories");
  private static final String EVENT = "event-workflow.json";
  private static final String WEBHOOK = "webhook-workflow.json";
  private static final String CONDITION = "condition-workflow.json";
  private static final ConditionRef UNPAID = new ConditionRef("default", "unpaid");

  private static final String RECONCILE = "reconcile-workflow.json";
  private static final String SYNC = "sync-target-workflow.json";

  /** Of a run that ended because another goes on; compressed, as it is long. */
  private static final String SYNC_FIRST_RUN = "sync-target-workflow-first-run.json.gz";

  private static final String REPLAY = "replay-workflow.json";
  private static final ReplayRef SECOND_TIME = new ReplayRef("rpl_1");

  private final TestTemporal temporal = new TestTemporal();

  @AfterEach
  void close() {
    temporal.close();
  }

  @Test
  void eventWorkflowReplays() {
    assertThatCode(() -> replay(EVENT, EventWorkflowImpl.class)).doesNotThrowAnyException();
  }

  @Test
  void webhookWorkflowReplays() {
    assertThatCode(() -> replay(WEBHOOK, WebhookWorkflowImpl.class)).doesNotThrowAnyException();
  }

  @Test
  void conditionWorkflowReplays() {
    assertThatCode(() -> replay(CONDITION, ConditionWorkflowImpl.class)).doesNotThrowAnyException();
  }

  @Test
  void conditionWorkflowThatSleepsBeforeItFiresDoesNotReplay() {
    assertThatThrownBy(() -> replay(CONDITION, WaitsFirst.class))
        .hasStackTraceContaining("NonDeterministicException");
  }

  @Test
  void reconcileWorkflowReplays() {
    assertThatCode(() -> replay(RECONCILE, ReconcileWorkflowImpl.class)).doesNotThrowAnyException();
  }

  @Test
  void reconcileWorkflowThatSleepsBeforeItReconcilesDoesNotReplay() {
    assertThatThrownBy(() -> replay(RECONCILE, ReconcilesLater.class))
        .hasStackTraceContaining("NonDeterministicException");
  }

  @Test
  void replayWorkflowReplays() {
    assertThatCode(() -> replay(REPLAY, ReplayWorkflowImpl.class)).doesNotThrowAnyException();
  }

  @Test
  void replayWorkflowThatSleepsBeforeItSendsDoesNotReplay() {
    assertThatThrownBy(() -> replay(REPLAY, SendsLater.class))
        .hasStackTraceContaining("NonDeterministicException");
  }

  @Test
  void syncTargetWorkflowReplays() {
    assertThatCode(() -> replay(SYNC, SyncTargetWorkflowImpl.class)).doesNotThrowAnyException();
  }

  // Whoever changes after how many looks another run goes on breaks all that are under way.
  @Test
  void syncTargetWorkflowThatGoesOnInAnotherRunReplays() throws Exception {
    String history = unzipped(SYNC_FIRST_RUN);
    assertThat(history).contains("EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW");
    assertThatCode(() -> replayHistory(history, SyncTargetWorkflowImpl.class))
        .doesNotThrowAnyException();
  }

  @Test
  void syncTargetWorkflowThatGoesOnInAnotherRunAtOnceDoesNotReplay() throws Exception {
    String history = unzipped(SYNC_FIRST_RUN);
    assertThatThrownBy(() -> replayHistory(history, GoesOnAtOnce.class))
        .hasStackTraceContaining("NonDeterministicException");
  }

  @Test
  void syncTargetWorkflowThatTellsBeforeItLooksDoesNotReplay() {
    assertThatThrownBy(() -> replay(SYNC, TellsFirst.class))
        .hasStackTraceContaining("NonDeterministicException");
  }

  @Test
  void eventWorkflowThatDeliversBeforeItInvalidatesDoesNotReplay() {
    assertThatThrownBy(() -> replay(EVENT, DeliversFirst.class))
        .hasStackTraceContaining("NonDeterministicException");
  }

  @Test
  void webhookWorkflowThatSleepsBeforeItDrainsDoesNotReplay() {
    assertThatThrownBy(() -> replay(WEBHOOK, SleepsFirst.class))
        .hasStackTraceContaining("NonDeterministicException");
  }

  @Test
  @EnabledIfSystemProperty(named = "sequitur.record", matches = "true")
  void record() throws IOException {
    EventGroup group = new EventGroup(List.of("evt_1", "evt_2"));
    Affected affected =
        new Affected(List.of("run_1"), List.of("default"), List.of("erp"), List.of());
    ScriptedDrain drain = new ScriptedDrain(temporal);
    // Slept through, woken, rung during a drain: each way of the loop is in the history.
    drain
        .thenWaiting(Duration.ofMinutes(5), () -> {})
        .thenWaiting(Duration.ofHours(10), () -> temporal.after(Duration.ofHours(1), this::ring))
        .thenNothing(this::ring)
        .thenNothing();
    temporal
        .worker()
        .registerWorkflowImplementationTypes(EventWorkflowImpl.class, WebhookWorkflowImpl.class);
    temporal.worker().registerActivitiesImplementations(new RecordingSteps(affected, 0), drain);
    temporal.start();
    temporal.workflow(EventWorkflow.class, WorkflowIds.of(group)).run(group);
    temporal.workflow(WebhookWorkflow.class, WorkflowIds.webhook(7)).run(new WebhookRef(7));
    write(EVENT, WorkflowIds.of(group));
    write(WEBHOOK, WorkflowIds.webhook(7));
    assertThat(drain.begun()).hasSize(4);
  }

  @Test
  @EnabledIfSystemProperty(named = "sequitur.record", matches = "true")
  void recordCondition() throws IOException {
    ScriptedFiring firing = new ScriptedFiring(temporal);
    String id = WorkflowIds.condition(UNPAID);
    Runnable ring = () -> temporal.client().newWorkflowStub(ConditionWorkflow.class, id).ring();
    // Slept through, woken, rung during a firing: each way of the loop is in the history.
    firing
        .thenWaiting(Duration.ofMinutes(5), () -> {})
        .thenWaiting(Duration.ofHours(10), () -> temporal.after(Duration.ofHours(1), ring))
        .thenNothing(ring);
    temporal.worker().registerWorkflowImplementationTypes(ConditionWorkflowImpl.class);
    temporal.worker().registerActivitiesImplementations(firing);
    temporal.start();
    temporal.workflow(ConditionWorkflow.class, id).run(UNPAID);
    write(CONDITION, id);
    assertThat(firing.begun()).hasSize(4);
  }

  @Test
  @EnabledIfSystemProperty(named = "sequitur.record", matches = "replay")
  void recordReplay() throws IOException {
    ScriptedReplay drain = new ScriptedReplay(temporal);
    String id = WorkflowIds.replay(SECOND_TIME);
    Runnable ring = () -> temporal.client().newWorkflowStub(ReplayWorkflow.class, id).ring();
    // Slept through, woken, rung during a drain: each way of the loop is in the history.
    drain
        .thenWaiting(Duration.ofMinutes(5), () -> {})
        .thenWaiting(Duration.ofHours(10), () -> temporal.after(Duration.ofHours(1), ring))
        .thenNothing(ring)
        .thenNothing(() -> {});
    temporal.worker().registerWorkflowImplementationTypes(ReplayWorkflowImpl.class);
    temporal.worker().registerActivitiesImplementations(drain);
    temporal.start();
    temporal.workflow(ReplayWorkflow.class, id).run(SECOND_TIME);
    write(REPLAY, id);
    assertThat(drain.begun()).hasSize(4);
  }

  @Test
  @EnabledIfSystemProperty(named = "sequitur.record", matches = "reconcile")
  void recordReconcile() throws IOException {
    Reconcile reconcile = request -> new Reconciled(1, 2, 3, 4, 5, 6);
    temporal.worker().registerWorkflowImplementationTypes(ReconcileWorkflowImpl.class);
    temporal.worker().registerActivitiesImplementations(reconcile);
    temporal.start();
    String id = WorkflowIds.reconcile("default");
    Reconciled found =
        temporal.workflow(ReconcileWorkflow.class, id).run(new ReconcileRequest("default"));
    assertThat(found.failed()).isEqualTo(6);
    write(RECONCILE, id);
  }

  @Test
  @EnabledIfSystemProperty(named = "sequitur.record", matches = "sync")
  void recordSync() throws IOException {
    String id = WorkflowIds.sync(7);
    Runnable ring = () -> temporal.client().newWorkflowStub(SyncTargetWorkflow.class, id).ring();
    // Told, slept through, woken, rung during a look: each way of the loop is in the history.
    ScriptedLooks looks =
        new ScriptedLooks()
            .thenNotice()
            .thenWaiting(Duration.ofSeconds(30), () -> {})
            .thenWaiting(Duration.ofMinutes(15), () -> temporal.after(Duration.ofMinutes(1), ring))
            .thenNotice()
            .thenNothing(ring);
    temporal.worker().registerWorkflowImplementationTypes(SyncTargetWorkflowImpl.class);
    temporal.worker().registerActivitiesImplementations(looks);
    temporal.start();
    temporal.workflow(SyncTargetWorkflow.class, id).run(new SyncTargetRef(7));
    write(SYNC, id);
    assertThat(looks.calls())
        .containsExactly("look", "notice", "look", "look", "look", "notice", "look", "look");
  }

  @Test
  @EnabledIfSystemProperty(named = "sequitur.record", matches = "sync")
  void recordSyncInTwoRuns() throws IOException {
    String id = WorkflowIds.sync(7);
    ScriptedLooks looks = new ScriptedLooks();
    for (int look = 1; look <= 505; look++) {
      looks.thenWaiting(Duration.ZERO, () -> {});
    }
    temporal.worker().registerWorkflowImplementationTypes(SyncTargetWorkflowImpl.class);
    temporal.worker().registerActivitiesImplementations(looks);
    temporal.start();
    WorkflowStub workflow = WorkflowStub.fromTyped(temporal.workflow(SyncTargetWorkflow.class, id));
    String firstRun = workflow.start(new SyncTargetRef(7)).getRunId();
    workflow.getResult(Void.class);
    String history = temporal.client().fetchHistory(id, firstRun).toJson(false);
    try (OutputStream file =
        new GZIPOutputStream(Files.newOutputStream(HISTORIES.resolve(SYNC_FIRST_RUN)))) {
      file.write(history.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(looks.calls()).hasSize(506);
  }

  private void ring() {
    temporal.client().newWorkflowStub(WebhookWorkflow.class, WorkflowIds.webhook(7)).ring();
  }

  private void write(String file, String workflowId) throws IOException {
    String history = temporal.client().fetchHistory(workflowId).toJson(true);
    Files.writeString(HISTORIES.resolve(file), history.stripTrailing() + "\n");
  }

  private void replay(String file, Class<?> implementation) throws Exception {
    replayHistory(Files.readString(HISTORIES.resolve(file)), implementation);
  }

  private static String unzipped(String file) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(HISTORIES.resolve(file)))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private void replayHistory(String history, Class<?> implementation) throws Exception {
    temporal.worker().registerWorkflowImplementationTypes(implementation);
    WorkflowReplayer.replayWorkflowExecution(
        WorkflowExecutionHistory.fromJson(history), temporal.worker());
  }

  // Temporal finds the marker of a local activity by its place among them and does not compare its
  // type: steps that only change places would replay. This one also passes the search attributes.
  /** Incompatible on purpose. */
  public static final class DeliversFirst implements EventWorkflow {
    private final QueryAffected event =
        Workflow.newLocalActivityStub(QueryAffected.class, ActivityPolicies.step());
    private final InvalidateCache cache =
        Workflow.newLocalActivityStub(InvalidateCache.class, ActivityPolicies.step());
    private final Deliver delivery =
        Workflow.newLocalActivityStub(Deliver.class, ActivityPolicies.step());
    private final NotifyTargets sync =
        Workflow.newLocalActivityStub(NotifyTargets.class, ActivityPolicies.step());

    @Override
    public void run(EventGroup group) {
      Affected affected = event.queryAffected(group);
      delivery.deliver(affected);
      SearchAttributes.upsert(affected.tenants(), affected.triggers());
      cache.invalidateCache(affected);
      sync.notifyTargets(affected);
    }
  }

  /** Incompatible on purpose. */
  public static final class WaitsFirst implements ConditionWorkflow {
    private final FireConditions conditions =
        Workflow.newActivityStub(FireConditions.class, ActivityPolicies.fire());

    @Override
    public void run(ConditionRef condition) {
      Workflow.sleep(Duration.ofMinutes(5));
      conditions.fireConditions(
          condition, DrainNumber.of(Workflow.getInfo().getRunStartedTimestampMillis(), 1));
    }

    @Override
    public void ring() {}
  }

  /** Incompatible on purpose. */
  public static final class SleepsFirst implements WebhookWorkflow {
    private final DrainWebhook delivery =
        Workflow.newActivityStub(DrainWebhook.class, ActivityPolicies.drain());

    @Override
    public void run(WebhookRef webhook) {
      Workflow.sleep(Duration.ofMinutes(5));
      delivery.drainWebhook(
          webhook, DrainNumber.of(Workflow.getInfo().getRunStartedTimestampMillis(), 1));
    }

    @Override
    public void ring() {}
  }

  /** Incompatible on purpose. */
  public static final class ReconcilesLater implements ReconcileWorkflow {
    private final Reconcile catalogue =
        Workflow.newActivityStub(Reconcile.class, ActivityPolicies.reconcile());

    @Override
    public Reconciled run(ReconcileRequest request) {
      Workflow.sleep(Duration.ofMinutes(5));
      return catalogue.reconcile(request);
    }
  }

  /** Incompatible on purpose. */
  public static final class SendsLater implements ReplayWorkflow {
    private final DrainReplay delivery =
        Workflow.newActivityStub(DrainReplay.class, ActivityPolicies.replay());

    @Override
    public void run(ReplayRef replay) {
      Workflow.sleep(Duration.ofMinutes(5));
      delivery.drainReplay(
          replay, DrainNumber.of(Workflow.getInfo().getRunStartedTimestampMillis(), 1));
    }

    @Override
    public void ring() {}
  }

  /** Incompatible on purpose. */
  public static final class TellsFirst implements SyncTargetWorkflow {
    private final SyncTarget sync =
        Workflow.newActivityStub(SyncTarget.class, ActivityPolicies.sync());

    @Override
    public void run(SyncTargetRef target) {
      sync.noticeTarget(target, 1);
      sync.lookAtTarget(target, 1);
    }

    @Override
    public void ring() {}
  }

  /** Incompatible on purpose. */
  public static final class GoesOnAtOnce implements SyncTargetWorkflow {
    private final SyncTarget sync =
        Workflow.newActivityStub(SyncTarget.class, ActivityPolicies.sync());

    @Override
    public void run(SyncTargetRef target) {
      sync.lookAtTarget(
          target, DrainNumber.of(Workflow.getInfo().getRunStartedTimestampMillis(), 1));
      Workflow.continueAsNew(target);
    }

    @Override
    public void ring() {}
  }
}
