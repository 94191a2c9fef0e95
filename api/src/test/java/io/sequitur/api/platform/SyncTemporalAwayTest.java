package io.sequitur.api.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.testing.FaultProxy;
import io.sequitur.api.testing.SequiturProcess;
import io.sequitur.api.testing.TemporalServer;
import io.sequitur.api.testing.TestBed;
import io.temporal.api.common.v1.WorkflowExecution;
import io.temporal.client.WorkflowClient;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.client.WorkflowOptions;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.serviceclient.WorkflowServiceStubsOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Temporal is away while the catalogue changes, or has a workflow that does not move. */
@Tag("slow")
final class SyncTemporalAwayTest {
  @TempDir Path directory;

  @Test
  void nobodyIsCleanWhoWasNotToldAndWhoeverPullsIsAndAllAreToldAfterwards() {
    TestBed bed = TestBed.fromEnvironment();
    try (TemporalServer temporal = TemporalServer.start(bed);
        FaultProxy link = new FaultProxy(temporal.host(), temporal.port())) {
      link.open();
      try (SequiturProcess sequitur = SequiturProcess.start(bed, link.address());
          Told told =
              new Told(
                  sequitur::url,
                  "away",
                  directory.resolve("copy.json"),
                  "\"debounce\":\"20ms\",\"ackTimeout\":\"1s\"")) {
        told.awaitClean();
        link.cut();
        told.change("second");
        int noticed = told.evidence().notices().size();
        // Rows need no Temporal.
        told.platform().restart();
        told.awaitClean();
        assertThat(told.evidence().notices()).hasSize(noticed);
        told.change("third");
        assertThat(told.state()).isEqualTo("DIRTY");
        if (bed.hasRealTemporal()) {
          sequitur.kill();
          sequitur.restart();
          assertThat(told.state()).isEqualTo("DIRTY");
        }
        link.open();
        told.awaitClean();
        assertThat(told.evidence().notices()).hasSizeGreaterThan(noticed);
        told.judge();
      }
    }
  }

  @Test
  void aWorkflowThatDoesNotMoveIsBegunAnew() {
    TestBed bed = TestBed.fromEnvironment();
    try (TemporalServer temporal = TemporalServer.start(bed);
        SequiturProcess sequitur = SequiturProcess.start(bed, temporal.address());
        Told told =
            new Told(
                sequitur::url,
                "stuck",
                directory.resolve("stuck.json"),
                "\"debounce\":\"20ms\",\"ackTimeout\":\"1s\"")) {
      told.awaitClean();
      takeTheWorkflowsPlace(temporal, sequitur.namespace(), told.workflow());
      told.change("second");
      told.awaitClean();
      told.judge();
    }
  }

  // It takes every ring, and nobody works for it.
  private static void takeTheWorkflowsPlace(
      TemporalServer temporal, String namespace, String workflow) {
    WorkflowServiceStubs stubs =
        WorkflowServiceStubs.newServiceStubs(
            WorkflowServiceStubsOptions.newBuilder().setTarget(temporal.address()).build());
    try {
      WorkflowClient client =
          WorkflowClient.newInstance(
              stubs, WorkflowClientOptions.newBuilder().setNamespace(namespace).build());
      client.newUntypedWorkflowStub(workflow).terminate("a test takes its place");
      WorkflowExecution unused =
          client
              .newUntypedWorkflowStub(
                  "SyncTargetWorkflow",
                  WorkflowOptions.newBuilder()
                      .setWorkflowId(workflow)
                      .setTaskQueue("nobody")
                      .build())
              .start();
    } finally {
      stubs.shutdownNow();
    }
  }
}
