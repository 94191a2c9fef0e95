package io.sequitur.api.testing;

import io.grpc.StatusRuntimeException;
import io.sequitur.db.DatabaseAddress;
import io.temporal.api.workflowservice.v1.DescribeNamespaceRequest;
import io.temporal.api.workflowservice.v1.RegisterNamespaceRequest;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * What the tests run on: embedded parts, or, if {@code TEMPORAL_ADDRESS} and {@code
 * SEQUITUR_TEST_DATABASE} (an owner's URL of any database of the server) say so, real servers.
 */
public record TestBed(@Nullable String temporal, @Nullable String database, boolean headStart) {

  public static TestBed fromEnvironment() {
    return new TestBed(
        setting("TEMPORAL_ADDRESS"),
        setting("SEQUITUR_TEST_DATABASE"),
        !"off".equals(System.getProperty("sequitur.headStart")));
  }

  /** Whether Temporal is a server of its own, which outlives our processes. */
  public boolean hasRealTemporal() {
    return temporal != null;
  }

  /** A database of its own on the real server; null where each process has an embedded one. */
  @Nullable String newDatabase() {
    if (database == null) {
      return null;
    }
    DatabaseAddress server = DatabaseAddress.parse(database);
    String name = "test_" + UUID.randomUUID().toString().replace("-", "");
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("create database " + name);
    } catch (SQLException e) {
      throw new AssertionError("no database can be made at " + server, e);
    }
    return server.in(name).toUrl();
  }

  /** A namespace of its own: workflows of another test's database must not be mixed with ours. */
  @Nullable String newNamespace() {
    if (temporal == null) {
      return null;
    }
    String name = "test-" + UUID.randomUUID();
    WorkflowServiceStubs stubs =
        WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder().setTarget(temporal).build());
    try {
      stubs
          .blockingStub()
          .registerNamespace(
              RegisterNamespaceRequest.newBuilder()
                  .setNamespace(name)
                  .setWorkflowExecutionRetentionPeriod(
                      com.google.protobuf.Duration.newBuilder().setSeconds(86_400))
                  .build());
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .ignoreException(StatusRuntimeException.class)
          .until(() -> known(stubs, name));
      return name;
    } finally {
      stubs.shutdownNow();
    }
  }

  private static boolean known(WorkflowServiceStubs stubs, String name) {
    return stubs
        .blockingStub()
        .describeNamespace(DescribeNamespaceRequest.newBuilder().setNamespace(name).build())
        .hasNamespaceInfo();
  }

  private static @Nullable String setting(String name) {
    String value = System.getenv(name);
    return value == null || value.isBlank() ? null : value;
  }
}
