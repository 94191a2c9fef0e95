package io.sequitur.activities.sync;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.sequitur.activities.TemporalErrors;
import io.sequitur.db.Ids;
import io.sequitur.db.sync.ActionResult;
import io.sequitur.db.sync.DueAction;
import io.sequitur.workflows.catalogue.StartWorkflowReader;
import io.sequitur.workflows.catalogue.StoredJson;
import io.sequitur.workflows.catalogue.TemplateFailure;
import io.sequitur.workflows.catalogue.TriggerAction.StartWorkflow;
import io.sequitur.workflows.catalogue.WorkflowQueues;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.temporal.SearchAttributes;
import io.sequitur.workflows.temporal.WorkflowIds;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.enums.v1.WorkflowIdReusePolicy;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowException;
import io.temporal.client.WorkflowExecutionAlreadyStarted;
import io.temporal.client.WorkflowOptions;
import io.temporal.client.WorkflowStub;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts users' workflows. They never run twice: an id that was used before starts nothing. */
@Singleton
final class WorkflowStarter {
  private static final Logger log = LoggerFactory.getLogger(WorkflowStarter.class);

  private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  /**
   * Temporal may refuse a start as invalid because its search attributes are still being
   * registered; after so many attempts it is the start that is wrong.
   */
  private static final int ATTEMPTS_IF_REFUSED = 10;

  private static final int MAX_ERROR = 500;

  private final WorkflowClient temporal;
  private final WorkflowQueues queues;

  WorkflowStarter(WorkflowClient temporal, WorkflowQueues queues) {
    this.temporal = temporal;
    this.queues = queues;
  }

  /**
   * @param away whether Temporal did not answer, so that others need not be tried now
   */
  record Outcome(ActionResult result, boolean away) {
    private static Outcome of(ActionResult result) {
      return new Outcome(result, false);
    }
  }

  /** Never throws: whatever stops it is this action's own reason. */
  Outcome attempt(DueAction action) {
    try {
      StartWorkflow start = StartWorkflowReader.stored(StoredJson.read(action.parameters()));
      Optional<String> closed = queues.problem(start.taskQueue());
      // Another process may still have the settings of before.
      return closed.isPresent() ? later(action, closed.get(), false) : start(action, start);
    } catch (TemplateFailure | IllegalArgumentException | JsonProcessingException e) {
      return Outcome.of(new ActionResult.Failed(shortened(String.valueOf(e.getMessage()))));
    } catch (WorkflowException | StatusRuntimeException e) {
      return refused(action, e);
    } catch (RuntimeException e) {
      log.error("an action of event {} failed", action.key().eventId(), e);
      return later(action, String.valueOf(e.getMessage()), false);
    }
  }

  private Outcome start(DueAction action, StartWorkflow start) {
    StartWorkflow.Filled filled = start.filled(ActionEvents.context(action.event()));
    String id = filled.id();
    WorkflowIds.requireUsersOwn(id);
    JsonNode input = filled.input();
    WorkflowStub stub =
        temporal.newUntypedWorkflowStub(start.type(), options(action, id, start.taskQueue()));
    try {
      WorkflowExecution started = input == null ? stub.start() : stub.start(input);
      return Outcome.of(new ActionResult.Done(id, started.getRunId()));
    } catch (WorkflowExecutionAlreadyStarted e) {
      return Outcome.of(new ActionResult.Done(id, e.getExecution().getRunId()));
    }
  }

  private static WorkflowOptions options(DueAction action, String id, String taskQueue) {
    String event = Ids.event(action.key().eventId());
    String trigger = action.key().trigger();
    return WorkflowOptions.newBuilder()
        .setWorkflowId(id)
        .setTaskQueue(taskQueue)
        .setWorkflowIdReusePolicy(WorkflowIdReusePolicy.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE)
        .setStaticSummary("started by trigger " + trigger)
        .setMemo(
            Map.of(
                "sequiturTenant", action.tenant(),
                "sequiturTrigger", trigger,
                "sequiturEvent", event))
        .setTypedSearchAttributes(
            io.temporal.common.SearchAttributes.newBuilder()
                .set(SearchAttributes.TENANT, List.of(action.tenant()))
                .set(SearchAttributes.TRIGGER, List.of(trigger))
                .set(SearchAttributes.EVENT, List.of(event))
                .build())
        .build();
  }

  private static Outcome refused(DueAction action, RuntimeException e) {
    String reason = TemporalErrors.reason(e);
    boolean invalid = TemporalErrors.is(e, Status.Code.INVALID_ARGUMENT);
    return invalid && action.attempts() + 1 >= ATTEMPTS_IF_REFUSED
        ? Outcome.of(new ActionResult.Failed(shortened("Temporal refuses it: " + reason)))
        : later(action, "Temporal did not take it: " + reason, TemporalErrors.away(e));
  }

  private static Outcome later(DueAction action, String reason, boolean away) {
    Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(action.attempts(), 10));
    Duration bounded = wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    return new Outcome(new ActionResult.Later(shortened(reason), bounded), away);
  }

  private static String shortened(String reason) {
    return Problem.shorten(reason, MAX_ERROR);
  }
}
