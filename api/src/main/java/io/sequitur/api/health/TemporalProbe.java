package io.sequitur.api.health;

import io.grpc.StatusRuntimeException;
import io.temporal.api.workflowservice.v1.GetSystemInfoRequest;
import io.temporal.serviceclient.WorkflowServiceStubs;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Asks Temporal whether it answers, at most once a second. */
@Singleton
final class TemporalProbe {
  private static final Duration REMEMBERED = Duration.ofSeconds(1);
  private static final Duration DEADLINE = Duration.ofSeconds(1);

  private final WorkflowServiceStubs stubs;
  private boolean up;
  private long lastAsked = System.nanoTime() - REMEMBERED.toNanos();

  TemporalProbe(WorkflowServiceStubs stubs) {
    this.stubs = stubs;
  }

  synchronized boolean up() {
    if (System.nanoTime() - lastAsked >= REMEMBERED.toNanos()) {
      up = ask();
      lastAsked = System.nanoTime();
    }
    return up;
  }

  private boolean ask() {
    try {
      stubs
          .blockingStub()
          .withDeadlineAfter(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
          .getSystemInfo(GetSystemInfoRequest.getDefaultInstance());
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }
}
