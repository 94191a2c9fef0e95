package io.sequitur.activities.sync;

import io.sequitur.db.event.Routed;
import io.sequitur.db.sync.ActionResult;
import io.sequitur.db.sync.ActionStore;
import io.sequitur.db.sync.DueAction;
import io.sequitur.workflows.catalogue.TriggerAction;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what triggers do besides delivering. The dispatcher's head start and step 4 both do,
 * and rows decide who gets what; what neither got done, the sweep finds.
 */
@Singleton
public final class ActionRunner {
  private static final Logger log = LoggerFactory.getLogger(ActionRunner.class);

  /** Several times what a call to Temporal may take. */
  private static final Duration LEASE = Duration.ofSeconds(30);

  /** A step has a minute; what is left after this is for the sweep. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final int AT_ONCE = 8;

  private final ActionStore actions;
  private final WorkflowStarter starter;
  private final KeyInvalidator keys;
  private final TargetUrger targets;

  ActionRunner(
      ActionStore actions, WorkflowStarter starter, KeyInvalidator keys, TargetUrger targets) {
    this.actions = actions;
    this.starter = starter;
    this.keys = keys;
    this.targets = targets;
  }

  /** Begins with what was just routed, and returns at once. */
  public void begin(Routed routed) {
    if (routed.hasActions()) {
      begin(List.of(routed.runId()));
    }
  }

  /** Begins with what is due of these runs, and returns at once. */
  public void begin(Collection<UUID> runs) {
    if (!runs.isEmpty()) {
      Thread.ofVirtual().name("actions").start(() -> headStart(runs));
    }
  }

  // Nobody waits for it, and whatever it leaves is done by the run's workflow.
  private void headStart(Collection<UUID> runs) {
    try {
      carryOut(runs);
    } catch (JdbiException e) {
      log.debug("the actions of runs {} are left to the sweep", runs, e);
    }
  }

  /**
   * Carries out what is due of these runs; ends early when Temporal is away.
   *
   * @throws JdbiException when the database is away; what was taken is due again later
   */
  void carryOut(Collection<UUID> runs) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    boolean goOn = true;
    while (goOn && System.nanoTime() - end < 0) {
      List<DueAction> due = actions.take(runs, LEASE, AT_ONCE);
      goOn = !due.isEmpty() && attemptAll(due);
    }
  }

  private boolean attemptAll(List<DueAction> due) {
    AtomicBoolean away = new AtomicBoolean();
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      var unused = due.stream().map(action -> each.submit(() -> attempt(action, away))).toList();
    }
    return !away.get();
  }

  private ActionResult carryOut(DueAction action, AtomicBoolean away) {
    if (action.kind().equals(TriggerAction.Invalidate.KIND)) {
      return keys.attempt(action);
    }
    if (action.kind().equals(TriggerAction.Notify.KIND)) {
      return targets.attempt(action);
    }
    WorkflowStarter.Outcome outcome = starter.attempt(action);
    if (outcome.away()) {
      away.set(true);
    }
    return outcome.result();
  }

  private void attempt(DueAction action, AtomicBoolean away) {
    try {
      actions.record(action.key(), carryOut(action, away));
    } catch (JdbiException e) {
      // Attempted again when its lease lapses: the workflow's id makes that harmless.
      log.warn(
          "what came of an action of event {} is lost: {}", action.key().eventId(), e.getMessage());
    }
  }
}
