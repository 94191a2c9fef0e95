package io.sequitur.api.engine;

import io.grpc.StatusRuntimeException;
import io.sequitur.activities.EngineActivity;
import io.sequitur.activities.delivery.Wakeup;
import io.sequitur.workflows.catalogue.ReconcileWorkflowImpl;
import io.sequitur.workflows.delivery.ReplayWorkflowImpl;
import io.sequitur.workflows.delivery.WebhookWorkflowImpl;
import io.sequitur.workflows.event.ConditionWorkflowImpl;
import io.sequitur.workflows.event.EventWorkflowImpl;
import io.sequitur.workflows.sync.SyncTargetWorkflowImpl;
import io.sequitur.workflows.temporal.TaskQueues;
import io.temporal.client.WorkflowClient;
import io.temporal.serviceclient.WorkflowServiceStubs;
import io.temporal.worker.Worker;
import io.temporal.worker.WorkerFactory;
import io.temporal.worker.WorkerFactoryOptions;
import io.temporal.worker.WorkerOptions;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Temporal worker of this process. Starts when Temporal is there, however long that takes, and
 * drains on stop. The activities are injected here so that they, and the pool under them, outlive
 * the worker.
 */
@Singleton
public final class Workers {
  private static final Logger log = LoggerFactory.getLogger(Workers.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /**
   * Steps wait a second for their attempts at most, and a drain stops claiming when it is told to:
   * the attempts themselves have their own time after this.
   */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private static final int POLLERS = 2;
  private static final int WORKFLOW_SLOTS = 50;
  private static final int ACTIVITY_SLOTS = 1_000;

  private final Settings settings;
  private final Namespace namespace;
  private final WorkflowServiceStubs stubs;
  private final WorkerFactory factory;
  private final Wakeup wakeup;
  private volatile boolean started;
  private volatile boolean stopping;

  Workers(
      Settings settings,
      Namespace namespace,
      WorkflowServiceStubs stubs,
      WorkflowClient client,
      Wakeup wakeup,
      List<EngineActivity> activities) {
    this.settings = settings;
    this.wakeup = wakeup;
    this.namespace = namespace;
    this.stubs = stubs;
    this.factory =
        WorkerFactory.newInstance(
            client, WorkerFactoryOptions.newBuilder().setUsingVirtualWorkflowThreads(true).build());
    Worker worker =
        factory.newWorker(
            TaskQueues.ENGINE,
            WorkerOptions.newBuilder()
                .setUsingVirtualThreads(true)
                .setMaxConcurrentWorkflowTaskPollers(POLLERS)
                .setMaxConcurrentActivityTaskPollers(POLLERS)
                .setMaxConcurrentWorkflowTaskExecutionSize(WORKFLOW_SLOTS)
                // A drain waits for receivers on a virtual thread: many of them cost little.
                .setMaxConcurrentActivityExecutionSize(ACTIVITY_SLOTS)
                // Two cores under load may keep a workflow thread from its carrier for more than
                // the default second.
                .setDefaultDeadlockDetectionTimeout(Duration.ofSeconds(10).toMillis())
                .build());
    worker.registerWorkflowImplementationTypes(
        EventWorkflowImpl.class,
        WebhookWorkflowImpl.class,
        ConditionWorkflowImpl.class,
        ReconcileWorkflowImpl.class,
        ReplayWorkflowImpl.class,
        SyncTargetWorkflowImpl.class);
    worker.registerActivitiesImplementations(activities.toArray());
  }

  /** Returns at once; the worker starts when Temporal answers. */
  void start() {
    Thread.ofVirtual().name("start-workers").start(this::startWhenTemporalIsThere);
    Thread.ofVirtual().name("tell-environment").start(this::tellEnvironment);
  }

  /** Whether workflows are being worked on here. */
  public boolean running() {
    return started;
  }

  private void startWhenTemporalIsThere() {
    boolean said = false;
    while (!stopping) {
      try {
        namespace.prepare();
        factory.start();
        started = true;
        log.info("worker started on task queue {}", TaskQueues.ENGINE);
        return;
      } catch (StatusRuntimeException e) {
        if (!said) {
          log.warn(
              "Temporal at {} is not there yet ({}): trying again every second",
              settings.temporal(),
              e.getStatus().getCode());
          said = true;
        }
        // Else the channel itself waits ever longer, up to minutes, before it looks again.
        stubs.getRawChannel().resetConnectBackoff();
        pause();
      }
    }
  }

  // What could not be sent with the environment before may go with this one.
  private void tellEnvironment() {
    while (!stopping) {
      try {
        wakeup.started();
        return;
      } catch (JdbiException e) {
        log.debug("the environment is not told yet", e);
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @PreDestroy
  void stop() {
    stopping = true;
    if (!started) {
      return;
    }
    try {
      factory.shutdown();
      factory.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS);
      if (!factory.isTerminated()) {
        factory.shutdownNow();
      }
    } catch (StatusRuntimeException e) {
      log.warn("the worker stops while Temporal is away ({})", e.getStatus().getCode());
    }
  }
}
