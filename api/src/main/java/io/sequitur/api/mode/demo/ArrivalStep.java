package io.sequitur.api.mode.demo;

import java.time.Duration;
import java.util.List;

/** Real-looking events arrive: all, once, signed, in order. */
final class ArrivalStep implements Step {
  @Override
  public void play(Stage stage) throws InterruptedException {
    Timeline timeline = stage.timeline();
    int count = stage.samples().all().size();
    timeline.step(count + " events from GitHub arrive");
    long begin = System.nanoTime();
    List<String> ids = stage.samples().all().stream().map(stage::publish).toList();
    boolean all = stage.awaitAll(ids);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);

    Arrivals arrivals = stage.inbox().arrivals().of(ids);
    timeline.check(
        Guarantee.NOTHING_LOST,
        all,
        all
            ? count + " of " + count + " at each webhook, within " + took.toMillis() + " ms"
            : Stage.missing(arrivals, ids) + " of " + 2 * count + " deliveries did not arrive");
    timeline.check(
        Guarantee.ONCE, arrivals.repeats() == 0, arrivals.size() + " requests, no event twice");
    timeline.check(
        Guarantee.SIGNED, arrivals.verified(), "every signature verified (Standard Webhooks)");
    Arrivals ledger = arrivals.at(Stage.LEDGER);
    timeline.check(
        Guarantee.ORDER,
        ledger.inOrder(),
        Stage.LEDGER + " saw " + ledger.lanes() + " repositories, each in its order");
  }
}
