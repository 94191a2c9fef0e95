package io.sequitur.activities.delivery;

import io.sequitur.db.delivery.SweepStore;
import io.sequitur.db.delivery.WakeStore;
import io.sequitur.workflows.delivery.RetrySchedule;
import jakarta.inject.Singleton;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets what waits go on when the reason has changed: after every committed change of a webhook or
 * of a key-value, however it was made, and when a worker starts with another environment.
 */
@Singleton
public final class Wakeup {
  private static final Logger log = LoggerFactory.getLogger(Wakeup.class);

  private final WakeStore store;
  private final SweepStore sweep;
  private final Doorbell doorbell;
  private final SendingEnvironment environment;
  private final ReplayBell replays;

  Wakeup(
      WakeStore store,
      SweepStore sweep,
      Doorbell doorbell,
      SendingEnvironment environment,
      ReplayBell replays) {
    this.replays = replays;
    this.store = store;
    this.sweep = sweep;
    this.doorbell = doorbell;
    this.environment = environment;
  }

  /**
   * These webhooks, or what they use, have changed: a usable one's deliveries may be due now, a
   * deleted one's are cancelled.
   */
  public void changed(Collection<Long> webhooks) {
    sweep.cancelOrphans(webhooks);
    for (WakeStore.Schedule schedule : store.changedSchedules(webhooks)) {
      plan(schedule);
    }
    look();
    // Nor does what nobody waits for keep a pause that another URL or limit has ended.
    doorbell.resume(webhooks);
    doorbell.dueNow(store.withOpenDeliveries(webhooks));
    replays.changed(webhooks);
  }

  /** A worker starts in this process. */
  public void started() {
    store.environment(environment.digest());
    look();
  }

  /** Looks for what waits for a configuration or environment that is another one by now. */
  public void look() {
    doorbell.dueNow(store.wake());
  }

  private void plan(WakeStore.Schedule schedule) {
    try {
      store.plan(schedule, RetrySchedule.parse(schedule.retry()).delays());
    } catch (IllegalArgumentException e) {
      // Written by hand, and wrong: the next attempt says so to the webhook's owner.
      log.info("webhook {} has no valid retry schedule: {}", schedule.webhook(), e.getMessage());
      store.plan(schedule, List.of());
    }
  }
}
