package io.sequitur.api.mode.demo;

import java.time.Duration;
import java.util.List;

/** The server is killed in mid-stream and started again on its data. */
record CrashStep(DemoServer server) implements Step {
  private static final int EVENTS = 60;
  private static final int BEFORE_THE_KILL = 30;
  private static final Duration WORK = Duration.ofMillis(40);

  @Override
  public void play(Stage stage) throws InterruptedException {
    Timeline timeline = stage.timeline();
    timeline.step("The server is killed (kill -9) while " + EVENTS + " events are under way");
    stage.inbox().workFor(WORK);
    int earlier = stage.inbox().arrivals().size();
    List<String> ids = stage.publish(stage.samples().more(EVENTS));
    timeline.tell(ids.size() + " events acknowledged: " + 2 * EVENTS + " deliveries to make");
    stage.await(arrivals -> arrivals.size() - earlier >= BEFORE_THE_KILL);
    server.kill();
    stage.inbox().workFor(Duration.ZERO);
    int made = stage.inbox().arrivals().of(ids).size();
    timeline.tell("killed after " + made + " of them");

    stage.moveTo(server.start());
    timeline.tell("started again on the same data");
    boolean all = stage.awaitAll(ids);
    report(timeline, stage.inbox().arrivals().of(ids), ids, all);
  }

  private static void report(Timeline timeline, Arrivals arrivals, List<String> ids, boolean all) {
    timeline.check(
        Guarantee.NOTHING_LOST,
        all,
        all
            ? "all " + 2 * EVENTS + " deliveries arrived"
            : Stage.missing(arrivals, ids) + " of " + 2 * EVENTS + " deliveries did not arrive");
    int repeats = arrivals.repeats();
    timeline.check(
        Guarantee.ONCE,
        arrivals.sameBytes(),
        repeats == 0
            ? "none came twice"
            : repeats
                + " whose answer died with it came twice, with the same webhook-id and bytes");
    timeline.check(
        Guarantee.ORDER,
        arrivals.at(Stage.LEDGER).inOrder(),
        Stage.LEDGER + " still saw each repository in its order");
  }
}
