package io.sequitur.api.event;

import io.grpc.StatusRuntimeException;
import io.sequitur.activities.TemporalErrors;
import io.sequitur.activities.delivery.Doorbell;
import io.sequitur.activities.delivery.ReplayBell;
import io.sequitur.activities.delivery.Wakeup;
import io.sequitur.activities.event.ConditionTimers;
import io.sequitur.activities.sync.SyncBell;
import io.sequitur.api.engine.DatabaseWatch;
import io.sequitur.api.engine.Namespace;
import io.sequitur.api.engine.Settings;
import io.sequitur.db.Ids;
import io.sequitur.db.Migrations;
import io.sequitur.db.cache.Coverage;
import io.sequitur.db.delivery.SweepStore;
import io.sequitur.db.event.RunStore;
import io.sequitur.db.event.RunStore.OpenRun;
import io.sequitur.db.sync.ActionStore;
import io.sequitur.db.sync.SyncStore;
import io.sequitur.workflows.event.EventGroup;
import io.temporal.client.WorkflowException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what nobody is working on, from rows and by age, and gives it to a workflow again: runs,
 * due deliveries, lapsed claims, heads of lanes, replays, due actions. With it the engine survives
 * that Temporal forgets everything. It never asks Temporal what is there.
 */
@Singleton
public final class Sweep {
  private static final Logger log = LoggerFactory.getLogger(Sweep.class);
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final int HOURLY = 720;

  /** What may wait this long: it is found by its age, which is 10 s or more. */
  private static final int EVERY_10_S = 2;

  /** What may wait longer: nobody's next step depends on it. */
  private static final int EVERY_30_S = 6;

  private static final Duration UNSTARTED = Duration.ofSeconds(10);
  private static final Duration UNFINISHED = Duration.ofSeconds(60);
  private static final Duration OVERDUE = Duration.ofSeconds(5);
  private static final int EVENTS_PER_GROUP = 256;

  /** In one round: with 256 events to a workflow, some 20 workflows. */
  private static final int RUNS = 5_000;

  private final RunStore runs;
  private final ActionStore actions;
  private final SweepStore deliveries;
  private final Doorbell doorbell;
  private final Wakeup wakeup;
  private final GroupStarter starter;
  private final ConditionTimers conditions;
  private final ReplayBell replays;
  private final SyncBell targets;
  private final SyncStore targetRecords;
  private final Coverage coverage;
  private final Jdbi jdbi;
  private final Duration retention;
  private final DatabaseWatch database;
  private final Namespace namespace;
  private final Thread thread = Thread.ofVirtual().name("sweep").unstarted(this::run);

  Sweep(
      RunStore runs,
      ActionStore actions,
      SweepStore deliveries,
      Doorbell doorbell,
      Wakeup wakeup,
      GroupStarter starter,
      ConditionTimers conditions,
      ReplayBell replays,
      SyncBell targets,
      SyncStore targetRecords,
      Coverage coverage,
      Jdbi jdbi,
      DatabaseWatch database,
      Namespace namespace,
      Settings settings) {
    this.runs = runs;
    this.actions = actions;
    this.deliveries = deliveries;
    this.doorbell = doorbell;
    this.wakeup = wakeup;
    this.starter = starter;
    this.conditions = conditions;
    this.replays = replays;
    this.targets = targets;
    this.targetRecords = targetRecords;
    this.coverage = coverage;
    this.jdbi = jdbi;
    this.database = database;
    this.namespace = namespace;
    this.retention = settings.retention();
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try {
      for (long round = 0; ; round++) {
        sweep(round);
        Thread.sleep(INTERVAL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sweep(long round) {
    try {
      if (round % HOURLY == 0) {
        Migrations.ensurePartitions(jdbi);
        Migrations.dropPartitions(jdbi, retention);
        targetRecords.forget();
      }
      if (round % EVERY_30_S == 0) {
        deliveries.cancelOrphans();
        replays.cancelDeleted();
        conditions.forget();
        // Where an event trigger may not tell that a table has lost its triggers, this finds it.
        coverage.note();
      }
      deliveries.freeHeads(OVERDUE);
      doorbell.ring(deliveries.overdue(OVERDUE));
      conditions.sweep();
      if (round % EVERY_10_S == 0) {
        wakeup.look();
        deliveries.closeEnded();
        replays.sweep();
        targets.sweep();
        startForgotten();
      }
    } catch (JdbiException e) {
      database.failed(e);
    } catch (WorkflowException | StatusRuntimeException e) {
      mend(e);
    }
  }

  private void mend(RuntimeException failure) {
    if (TemporalErrors.away(failure)) {
      log.warn("the sweep found Temporal away: {}", TemporalErrors.reason(failure));
      return;
    }
    log.warn("Temporal refuses workflows: {}", TemporalErrors.reason(failure));
    try {
      namespace.prepare();
    } catch (StatusRuntimeException e) {
      log.warn("its search attributes could not be registered: {}", e.getMessage());
    }
  }

  // As many runs share a workflow as fit: after a long absence of Temporal there may be thousands.
  private void startForgotten() {
    List<String> group = new ArrayList<>();
    for (List<UUID> events : forgotten()) {
      if (group.size() + events.size() > EVENTS_PER_GROUP) {
        start(group);
        group.clear();
      }
      events.forEach(id -> group.add(Ids.event(id)));
    }
    start(group);
  }

  // Of an event whose run is forgotten too, the run's workflow does the actions.
  private List<List<UUID>> forgotten() {
    List<List<UUID>> forgotten = new ArrayList<>();
    Set<UUID> seen = new HashSet<>();
    for (OpenRun run : runs.forgotten(UNSTARTED, UNFINISHED, RUNS)) {
      forgotten.add(run.eventIds());
      seen.addAll(run.eventIds());
    }
    for (UUID event : actions.overdue(OVERDUE, RUNS)) {
      if (seen.add(event)) {
        forgotten.add(List.of(event));
      }
    }
    return forgotten;
  }

  private void start(List<String> events) {
    if (!events.isEmpty()) {
      starter.start(
          new EventGroup(events), Set.of(), events.size() + " events that nobody was working on");
    }
  }

  @PreDestroy
  void stop() {
    thread.interrupt();
  }
}
