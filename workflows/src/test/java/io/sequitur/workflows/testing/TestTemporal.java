package io.sequitur.workflows.testing;

import io.sequitur.workflows.temporal.Payloads;
import io.sequitur.workflows.temporal.SearchAttributes;
import io.sequitur.workflows.temporal.TaskQueues;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import io.temporal.worker.Worker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** A Temporal set up like the engine's; its time skips while everybody waits. */
public final class TestTemporal implements AutoCloseable, InstantSource {
  private final TestWorkflowEnvironment environment;
  private final Worker worker;

  public TestTemporal() {
    TestEnvironmentOptions.Builder options =
        TestEnvironmentOptions.newBuilder()
            .setWorkflowClientOptions(
                WorkflowClientOptions.newBuilder()
                    .setDataConverter(Payloads.converter())
                    // The default names the machine, and would stand in recorded histories.
                    .setIdentity("test")
                    .build());
    for (var key :
        List.of(SearchAttributes.TENANT, SearchAttributes.TRIGGER, SearchAttributes.EVENT)) {
      options.registerSearchAttribute(
          key.getName(), IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST);
    }
    environment = TestWorkflowEnvironment.newInstance(options.build());
    worker = environment.newWorker(TaskQueues.ENGINE);
  }

  /** Takes what is to run; before {@link #start}. */
  public Worker worker() {
    return worker;
  }

  public void start() {
    environment.start();
  }

  public WorkflowClient client() {
    return environment.getWorkflowClient();
  }

  /** A workflow that is not started yet. */
  public <T> T workflow(Class<T> type, String id) {
    return client()
        .newWorkflowStub(
            type,
            WorkflowOptions.newBuilder().setTaskQueue(TaskQueues.ENGINE).setWorkflowId(id).build());
  }

  /** The skipping time. */
  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(environment.currentTimeMillis());
  }

  /** Runs something when so much of the skipping time is over. */
  public void after(Duration delay, Runnable action) {
    environment.registerDelayedCallback(delay, action);
  }

  @Override
  public void close() {
    environment.close();
  }
}
