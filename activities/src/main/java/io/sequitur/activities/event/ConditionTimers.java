package io.sequitur.activities.event;

import io.sequitur.activities.Ringer;
import io.sequitur.activities.Ringer.Bell;
import io.sequitur.db.event.Opened;
import io.sequitur.db.event.TimerStore;
import io.sequitur.db.event.TimerStore.Timer;
import io.sequitur.workflows.event.ConditionRef;
import io.sequitur.workflows.temporal.WorkflowIds;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rings the workflow that waits for a trigger's windows. When Temporal is away, what is due is
 * fired from here; the sweep rings for whatever stays due.
 */
@Singleton
public final class ConditionTimers {
  private static final Logger log = LoggerFactory.getLogger(ConditionTimers.class);

  private static final Duration OVERDUE = Duration.ofSeconds(5);

  /** Windows that are forgotten at once: more than can end between two times, for long. */
  private static final int FORGOTTEN = 100_000;

  private final Ringer ringer;
  private final TimerStore timers;
  private final Firings firings;

  ConditionTimers(Ringer ringer, TimerStore timers, Firings firings) {
    this.ringer = ringer;
    this.timers = timers;
    this.firings = firings;
  }

  /** Windows were opened: rings where nobody is going to look that early. */
  void opened(Collection<Opened> opened) {
    if (!opened.isEmpty()) {
      ring(timers.due(opened));
    }
  }

  /**
   * Finds windows that are due and that nobody fires.
   *
   * @throws JdbiException when the database is away
   */
  public void sweep() {
    ring(timers.overdue(OVERDUE));
  }

  /**
   * Drops windows that are over.
   *
   * @throws JdbiException when the database is away
   */
  public void forget() {
    timers.forget(FORGOTTEN);
  }

  private void ring(List<Timer> due) {
    for (Timer timer : due) {
      ConditionRef condition = new ConditionRef(timer.tenant(), timer.trigger());
      ringer.ring(
          new Bell(
              "ConditionWorkflow",
              WorkflowIds.condition(condition),
              "waits for what should follow, for trigger " + condition.trigger(),
              condition),
          () -> fireHere(condition));
    }
  }

  private void fireHere(ConditionRef condition) {
    try {
      int fired = firings.fire(condition, soFar -> {});
      if (fired > 0) {
        log.info("fired {} windows of {} without Temporal", fired, condition.trigger());
      }
    } catch (JdbiException e) {
      log.warn("firing {} was given up: {}", condition, e.getMessage());
    }
  }
}
