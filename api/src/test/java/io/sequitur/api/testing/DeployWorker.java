package io.sequitur.api.testing;

import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.api.workflow.v1.WorkflowExecutionInfo;
import io.temporal.api.workflowservice.v1.DescribeWorkflowExecutionRequest;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.workflow.WorkflowInterface;
import io.temporal.workflow.WorkflowMethod;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A user's worker as in {@code docs/start-workflow.md}: it knows nothing of the engine. */
public final class DeployWorker implements AutoCloseable {
  public static final String QUEUE = "deploys";

  /** The input, as the trigger's `input` names its fields. */
  public record DeployInput(
      String repo,
      long stars,
      double share,
      boolean draft,
      List<String> tags,
      Map<String, Object> by) {}

  /** A workflow of the user's. */
  @WorkflowInterface
  public interface Deploy {
    @WorkflowMethod(name = "Deploy")
    String deploy(DeployInput input);
  }

  /** Does nothing but say what it got. */
  public static final class DeployImpl implements Deploy {
    @Override
    public String deploy(DeployInput input) {
      return "deployed " + input;
    }
  }

  /** One that takes no argument. */
  @WorkflowInterface
  public interface Tick {
    @WorkflowMethod(name = "Tick")
    String tick(@Nullable Object nothing);
  }

  /** Says whether it got one. */
  public static final class TickImpl implements Tick {
    @Override
    public String tick(@Nullable Object nothing) {
      return Objects.toString(nothing);
    }
  }

  private final String namespace;
  private final WorkflowServiceStubs stubs;
  private final WorkflowClient client;
  private final WorkerFactory factory;

  public DeployWorker(String address, String namespace) {
    this.namespace = namespace;
    stubs =
        WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder().setTarget(address).build());
    client =
        WorkflowClient.newInstance(
            stubs, WorkflowClientOptions.newBuilder().setNamespace(namespace).build());
    factory = WorkerFactory.newInstance(client);
    Worker worker = factory.newWorker(QUEUE);
    worker.registerWorkflowImplementationTypes(DeployImpl.class, TickImpl.class);
    factory.start();
  }

  /** Waits for the workflow's result. */
  public String result(String workflowId) {
    return client.newUntypedWorkflowStub(workflowId).getResult(String.class);
  }

  /** Its newest run, as Temporal has it. */
  public WorkflowExecutionInfo describe(String workflowId) {
    return stubs
        .blockingStub()
        .describeWorkflowExecution(
            DescribeWorkflowExecutionRequest.newBuilder()
                .setNamespace(namespace)
                .setExecution(WorkflowExecution.newBuilder().setWorkflowId(workflowId))
                .build())
        .getWorkflowExecutionInfo();
  }

  /** The JSON of a search attribute of its newest run. */
  public String searchAttribute(String workflowId, String name) {
    return describe(workflowId)
        .getSearchAttributes()
        .getIndexedFieldsOrThrow(name)
        .getData()
        .toStringUtf8();
  }

  @Override
  public void close() {
    factory.shutdownNow();
    stubs.shutdownNow();
  }
}
