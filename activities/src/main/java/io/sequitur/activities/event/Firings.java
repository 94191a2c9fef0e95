package io.sequitur.activities.event;

import io.sequitur.activities.delivery.Doorbell;
import io.sequitur.activities.sync.ActionRunner;
import io.sequitur.db.event.FiringStore;
import io.sequitur.workflows.event.ConditionRef;
import jakarta.inject.Singleton;
import java.util.function.IntConsumer;

/** Fires windows that are due, a portion in each transaction, and rings for what that made. */
@Singleton
final class Firings {
  /** So many events are locked at once, for some tens of milliseconds. */
  private static final int PORTION = 500;

  private final FiringStore store;
  private final Doorbell doorbell;
  private final ActionRunner actions;

  Firings(FiringStore store, Doorbell doorbell, ActionRunner actions) {
    this.store = store;
    this.doorbell = doorbell;
    this.actions = actions;
  }

  /**
   * Returns how many windows fired when none is due any more.
   *
   * @param pulse told after each portion how many have fired; what it throws ends the firing
   */
  int fire(ConditionRef condition, IntConsumer pulse) {
    int all = 0;
    while (true) {
      FiringStore.Fired fired = store.fire(condition.tenant(), condition.trigger(), PORTION);
      doorbell.dueNow(fired.toRing());
      actions.begin(fired.runs());
      all += fired.windows();
      if (fired.windows() == 0) {
        return all;
      }
      pulse.accept(all);
    }
  }
}
