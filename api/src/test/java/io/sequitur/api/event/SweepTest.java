package io.sequitur.api.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.sequitur.api.engine.Engine;
import io.sequitur.api.engine.Role;
import io.sequitur.api.testing.TestEngines;
import io.sequitur.db.Ids;
import io.sequitur.workflows.temporal.SearchAttributes;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.api.operatorservice.v1.AddSearchAttributesResponse;
import io.temporal.api.operatorservice.v1.OperatorServiceGrpc.OperatorServiceImplBase;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.api.workflowservice.v1.GetSystemInfoResponse;
import io.temporal.api.workflowservice.v1.StartWorkflowExecutionRequest;
import io.temporal.api.workflowservice.v1.StartWorkflowExecutionResponse;
import io.temporal.api.workflowservice.v1.WorkflowServiceGrpc.WorkflowServiceImplBase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A Temporal that forgot our search attributes, as when its database was made anew. */
@Execution(ExecutionMode.CONCURRENT)
final class SweepTest {
  private final Queue<AddSearchAttributesRequest> registrations = new ConcurrentLinkedQueue<>();
  private final Queue<String> taken = new ConcurrentLinkedQueue<>();

  @Test
  void searchAttributesAreRegisteredAgainAndTheRunIsOfferedOnceMore() throws IOException {
    Server temporal =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new ForgetfulWorkflows())
            .addService(new Operator())
            .build()
            .start();
    try (TestEngines engines = new TestEngines()) {
      UUID event = Ids.next(Clock.systemUTC());
      engines
          .pg()
          .update(
              "insert into sequitur.run (id, event_ids, created_at) values (?, array[?], now() - interval '1 h')",
              Ids.next(Clock.systemUTC()),
              event);
      try (Engine engine =
          engines.start("127.0.0.1:" + temporal.getPort(), Set.of(Role.DISPATCHER))) {
        Awaitility.await("a workflow for the run")
            .atMost(Duration.ofSeconds(40))
            .until(() -> !taken.isEmpty());
        assertThat(engine.port()).isPositive();
      }
      assertThat(taken.element()).contains(Ids.event(event));
      assertThat(registrations).hasSize(1);
      assertThat(registrations.element().getSearchAttributesMap().keySet())
          .containsExactlyInAnyOrder(
              SearchAttributes.TENANT.getName(),
              SearchAttributes.TRIGGER.getName(),
              SearchAttributes.EVENT.getName());
    } finally {
      temporal.shutdownNow();
    }
  }

  /** Refuses workflows until the search attributes are there. */
  private final class ForgetfulWorkflows extends WorkflowServiceImplBase {
    @Override
    public void getSystemInfo(
        GetSystemInfoRequest request, StreamObserver<GetSystemInfoResponse> answer) {
      answer.onNext(GetSystemInfoResponse.getDefaultInstance());
      answer.onCompleted();
    }

    @Override
    public void startWorkflowExecution(
        StartWorkflowExecutionRequest request,
        StreamObserver<StartWorkflowExecutionResponse> answer) {
      if (registrations.isEmpty()) {
        answer.onError(
            Status.INVALID_ARGUMENT
                .withDescription("search attribute Event is not defined")
                .asRuntimeException());
        return;
      }
      taken.add(request.getWorkflowId());
      answer.onNext(
          StartWorkflowExecutionResponse.newBuilder().setRunId("a-run").setStarted(true).build());
      answer.onCompleted();
    }
  }

  private final class Operator extends OperatorServiceImplBase {
    @Override
    public void addSearchAttributes(
        AddSearchAttributesRequest request, StreamObserver<AddSearchAttributesResponse> answer) {
      registrations.add(request);
      answer.onNext(AddSearchAttributesResponse.getDefaultInstance());
      answer.onCompleted();
    }
  }
}
