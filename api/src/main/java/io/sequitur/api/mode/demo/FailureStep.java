package io.sequitur.api.mode.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The ordered webhook's receiver fails for one repository and recovers. That lane waits, everything
 * else goes on; the retries carry a token that changed meanwhile.
 */
final class FailureStep implements Step {
  private static final String FAILING = "Codertocat/Hello-World";
  private static final List<String> OTHERS =
      List.of("Octocoders/Hello-World", "octo-org/octo-repo", "Octocoders", "github");
  private static final int FAILURES = 3;
  private static final String NEW_TOKEN = "changed-while-it-failed";

  @Override
  public void play(Stage stage) throws InterruptedException {
    Timeline timeline = stage.timeline();
    timeline.step(
        "The receiver of " + Stage.LEDGER + " fails " + FAILURES + " times for " + FAILING);
    Set<Integer> refused = new HashSet<>();
    // Called under the inbox's lock, one request after the other.
    stage
        .inbox()
        .answerWith(arrival ->
            isFailing(arrival) && refused.size() < FAILURES && refused.add(arrival.attempt())
                ? 500
                : 204);
    List<String> failing = new ArrayList<>();
    List<String> others = new ArrayList<>();
    publish(stage, failing, others);
    boolean held = watch(stage, failing, others);
    stage.inbox().takeAll();
    report(stage, failing, others, held);
  }

  private static boolean isFailing(Arrival arrival) {
    return arrival.webhook().equals(Stage.LEDGER)
        && arrival.body().contains("\"subject\":\"" + FAILING + "\"");
  }

  private static void publish(Stage stage, List<String> failing, List<String> others) {
    List<JsonNode> events = new ArrayList<>();
    for (String other : OTHERS) {
      events.add(stage.samples().from(FAILING));
      events.add(stage.samples().from(other));
    }
    List<String> ids = stage.publish(events);
    for (int i = 0; i < ids.size(); i++) {
      (i % 2 == 0 ? failing : others).add(ids.get(i));
    }
  }

  private static boolean watch(Stage stage, List<String> failing, List<String> others)
      throws InterruptedException {
    for (int i = 1; i <= FAILURES; i++) {
      int times = i;
      if (!stage.await(arrivals -> refusals(arrivals.of(failing)).size() >= times)) {
        return false;
      }
      stage.timeline().tell("attempt " + i + " of the first of " + failing.size() + " gets a 500");
      if (i == 1) {
        stage.setToken(NEW_TOKEN);
        stage.timeline().tell("meanwhile the token changes");
      }
    }
    List<String> all = new ArrayList<>(failing);
    all.addAll(others);
    return stage.awaitAll(all);
  }

  private static void report(
      Stage stage, List<String> failing, List<String> others, boolean arrived) {
    Timeline timeline = stage.timeline();
    Arrivals arrivals = stage.inbox().arrivals();
    Arrivals lane = arrivals.of(failing).at(Stage.LEDGER);
    timeline.check(
        Guarantee.NOTHING_LOST,
        arrived,
        "it recovers, and what had waited is delivered: "
            + lane.taken().size()
            + " of "
            + failing.size());
    timeline.check(
        Guarantee.ORDER,
        lane.inOrder() && lane.repeats() == 0,
        "nothing overtook it: while it failed, the ones behind it were not sent");
    long recovered =
        lane.taken().list().stream().mapToLong(Arrival::nanos).min().orElse(Long.MIN_VALUE);
    Arrivals rest = arrivals.of(others).taken().where(arrival -> arrival.nanos() < recovered);
    Arrivals chat = arrivals.of(failing).at(Stage.CHAT).where(a -> a.nanos() < recovered);
    timeline.check(
        Guarantee.ALONE,
        rest.size() == 2 * others.size() && chat.size() == failing.size(),
        "meanwhile the other repositories went on, and so did " + Stage.CHAT);
    Arrivals retries = lane.where(arrival -> arrival.attempt() > 1);
    timeline.check(
        Guarantee.FRESH,
        retries.size() > 0 && retries.where(a -> !a.token().equals(NEW_TOKEN)).size() == 0,
        "every retry carried the new token");
  }

  private static Arrivals refusals(Arrivals arrivals) {
    return arrivals.where(arrival -> !arrival.taken());
  }
}
