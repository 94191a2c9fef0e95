package io.sequitur.api.mode.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** The token changes, again and again; an event right behind each change carries the new value. */
record FreshStep(String how, BiConsumer<Stage, String> change) implements Step {
  private static final int CHANGES = 5;

  @Override
  public void play(Stage stage) throws InterruptedException {
    Timeline timeline = stage.timeline();
    timeline.step(
        "The token changes " + CHANGES + " times " + how + ", an event right behind each change");
    List<String> all = new ArrayList<>();
    int fresh = 0;
    for (int i = 1; i <= CHANGES; i++) {
      String value = Integer.toHexString(how.hashCode()) + "-" + i;
      change.accept(stage, value);
      List<String> ids = stage.publish(stage.samples().more(1));
      all.addAll(ids);
      stage.awaitAll(ids);
      fresh +=
          stage.inbox().arrivals().of(ids).where(arrival -> arrival.token().equals(value)).size();
    }
    Arrivals arrivals = stage.inbox().arrivals().of(all);
    timeline.check(
        Guarantee.FRESH,
        fresh == 2 * CHANGES && arrivals.size() == fresh,
        fresh + " of " + arrivals.size() + " requests carried the value of a moment ago");
  }
}
