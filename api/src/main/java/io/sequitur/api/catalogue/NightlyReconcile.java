package io.sequitur.api.catalogue;

import io.grpc.StatusRuntimeException;
import io.sequitur.activities.TemporalErrors;
import io.sequitur.activities.catalogue.Reconciler;
import io.sequitur.api.engine.DatabaseWatch;
import io.sequitur.db.catalogue.ReconcileStore;
import io.temporal.client.WorkflowException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts each tenant's reconcile at night, and after an upgrade. When it is due stands in rows, so
 * of several processes one starts it, and none is lost with Temporal's state.
 */
@Singleton
public final class NightlyReconcile {
  private static final Logger log = LoggerFactory.getLogger(NightlyReconcile.class);
  private static final Duration INTERVAL = Duration.ofMinutes(1);

  /** Within this time it is done, or begun again. */
  private static final Duration LEASE = Duration.ofMinutes(15);

  private static final int TENANTS = 100;

  private final ReconcileStore store;
  private final Reconciles reconciles;
  private final DatabaseWatch database;
  private final Clock clock;
  private final Thread thread = Thread.ofVirtual().name("reconcile").unstarted(this::run);

  NightlyReconcile(
      ReconcileStore store, Reconciles reconciles, DatabaseWatch database, Clock clock) {
    this.store = store;
    this.reconciles = reconciles;
    this.database = database;
    this.clock = clock;
  }

  public void start() {
    thread.start();
  }

  private void run() {
    boolean upgraded = true;
    try {
      while (true) {
        upgraded = !startDue(upgraded) && upgraded;
        Thread.sleep(INTERVAL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** False when the database was away. */
  private boolean startDue(boolean upgraded) {
    try {
      if (upgraded) {
        store.planAfterUpgrade(Reconciler.ENGINE);
      }
      store.plan(Reconciler.nextNight(clock));
      store.takeDue(LEASE, TENANTS).forEach(this::start);
      return true;
    } catch (JdbiException e) {
      database.failed(e);
      return false;
    }
  }

  private void start(String tenant) {
    try {
      reconciles.start(tenant);
    } catch (WorkflowException | StatusRuntimeException e) {
      log.warn(
          "Temporal did not take the reconcile of tenant {}, which is due again in {} min: {}",
          tenant,
          LEASE.toMinutes(),
          TemporalErrors.reason(e));
    }
  }

  @PreDestroy
  void stop() {
    thread.interrupt();
  }
}
