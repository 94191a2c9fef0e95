package io.sequitur.api.engine;

import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Factory;
import io.sequitur.workflows.temporal.Payloads;
import io.sequitur.workflows.temporal.SearchAttributes;
import io.temporal.api.enums.v1.IndexedValueType;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.serviceclient.GrpcCompression;
import io.temporal.serviceclient.RpcRetryOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import io.temporal.testing.TestEnvironmentOptions;
import io.temporal.testing.TestWorkflowEnvironment;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;

/**
 * The way to Temporal: a server somewhere, or the in-process test server, which forgets everything
 * when the process ends.
 */
@Factory
final class TemporalConnection {

  /** Present only when no address is given. */
  @Bean(preDestroy = "close")
  @Singleton
  EmbeddedTemporal embedded(Settings settings) {
    return new EmbeddedTemporal(
        settings.temporal() == null ? Optional.of(startEmbedded(settings)) : Optional.empty());
  }

  @Bean(preDestroy = "")
  @Singleton
  WorkflowServiceStubs stubs(Settings settings, EmbeddedTemporal embedded) {
    return embedded
        .environment()
        .map(TestWorkflowEnvironment::getWorkflowServiceStubs)
        .orElseGet(() -> WorkflowServiceStubs.newServiceStubs(remote(settings)));
  }

  @Singleton
  WorkflowClient client(WorkflowServiceStubs stubs, Settings settings) {
    return WorkflowClient.newInstance(stubs, clientOptions(settings));
  }

  private static WorkflowServiceStubsOptions remote(Settings settings) {
    return WorkflowServiceStubsOptions.newBuilder()
        .setTarget(settings.temporal())
        // The server stands near: compressing every request costs more than it saves.
        .setGrpcCompression(GrpcCompression.NONE)
        // The SDK tries for a minute; nobody here waits that long, as rows remember what to offer.
        .setRpcRetryOptions(
            RpcRetryOptions.newBuilder(RpcRetryOptions.getDefaultInstance())
                .setExpiration(Duration.ofSeconds(5))
                .build())
        .build();
  }

  private static WorkflowClientOptions clientOptions(Settings settings) {
    return WorkflowClientOptions.newBuilder()
        .setNamespace(settings.namespace())
        .setDataConverter(Payloads.converter())
        .build();
  }

  private static TestWorkflowEnvironment startEmbedded(Settings settings) {
    TestEnvironmentOptions options =
        TestEnvironmentOptions.newBuilder()
            .setWorkflowClientOptions(clientOptions(settings))
            .setUseTimeskipping(false)
            .registerSearchAttribute(
                SearchAttributes.TENANT.getName(), IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST)
            .registerSearchAttribute(
                SearchAttributes.TRIGGER.getName(),
                IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST)
            .registerSearchAttribute(
                SearchAttributes.EVENT.getName(), IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST)
            .build();
    return TestWorkflowEnvironment.newInstance(options);
  }

  /** The in-process server, if there is one. */
  record EmbeddedTemporal(Optional<TestWorkflowEnvironment> environment) implements AutoCloseable {
    @Override
    public void close() {
      environment.ifPresent(TestWorkflowEnvironment::close);
    }
  }
}
