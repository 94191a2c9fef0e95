package io.sequitur.api.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.StatusRuntimeException;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sequitur.activities.TemporalErrors;
import io.sequitur.activities.catalogue.ReconcileReport;
import io.sequitur.activities.catalogue.Reconciler;
import io.sequitur.api.access.Caller;
import io.sequitur.api.http.Flags;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import io.sequitur.db.catalogue.ReconcileStore;
import io.sequitur.db.catalogue.ReconcileStore.Last;
import io.sequitur.workflows.catalogue.Reconciled;
import io.sequitur.workflows.temporal.WorkflowIds;
import io.temporal.client.WorkflowException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Reconciles the triggers on demand, and shows the last report. */
@Controller("/v1/catalogue/reconcile")
@ExecuteOn(TaskExecutors.BLOCKING)
final class ReconcileController {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Reconciles reconciles;
  private final Reconciler reconciler;
  private final ReconcileStore store;

  ReconcileController(Reconciles reconciles, Reconciler reconciler, ReconcileStore store) {
    this.reconciles = reconciles;
    this.reconciler = reconciler;
    this.store = store;
  }

  /** A Temporal workflow. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Workflow(String id, @Nullable String runId) {}

  /**
   * A report.
   *
   * @param state {@code done}, {@code running} (the report comes later) or {@code dryRun}
   * @param triggers all but the unchanged ones
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Body(
      String state,
      @Nullable Instant at,
      @Nullable Long durationMs,
      @Nullable Workflow workflow,
      @Nullable Reconciled summary,
      @Nullable List<ReconcileReport.Line> triggers) {
    static Body of(Last last) {
      ReconcileReport report = report(last);
      String workflow = last.workflowId();
      return new Body(
          "done",
          last.at(),
          last.duration().toMillis(),
          workflow == null ? null : new Workflow(workflow, last.workflowRunId()),
          report.summary(),
          report.triggers());
    }

    private static ReconcileReport report(Last last) {
      try {
        return JSON.readValue(last.report(), ReconcileReport.class);
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("the database returned a broken report", e);
      }
    }
  }

  @Post
  HttpResponse<Body> reconcile(HttpRequest<?> request, @QueryValue @Nullable String dryRun) {
    String tenant = Caller.of(request).tenant();
    if (Flags.isTrue("dryRun", dryRun)) {
      ReconcileReport found = reconciler.look(tenant);
      return HttpResponse.ok(
          new Body("dryRun", null, null, null, found.summary(), found.triggers()));
    }
    try {
      if (reconciles.run(tenant, PATIENCE)) {
        return HttpResponse.ok(last(tenant));
      }
    } catch (WorkflowException | StatusRuntimeException e) {
      throw new ProblemException(
          ProblemType.UNAVAILABLE,
          "Temporal does not take the reconcile now (%s): try again, or look with ?dryRun=true."
              .formatted(TemporalErrors.reason(e)));
    }
    Workflow workflow = new Workflow(WorkflowIds.reconcile(tenant), null);
    return HttpResponse.accepted().body(new Body("running", null, null, workflow, null, null));
  }

  @Get
  Body show(HttpRequest<?> request) {
    return last(Caller.of(request).tenant());
  }

  private Body last(String tenant) {
    return store
        .last(tenant)
        .map(Body::of)
        .orElseThrow(() ->
            new ProblemException(
                ProblemType.NOT_FOUND,
                "Nothing was reconciled yet: POST here does it now, else it is done at night."));
  }
}
