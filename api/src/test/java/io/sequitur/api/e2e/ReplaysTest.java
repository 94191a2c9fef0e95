package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.Api.Response;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.SequiturProcess;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What was sent is sent once more. */
@Tag("slow")
final class ReplaysTest extends EndToEnd {

  ReplaysTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  @Test
  void sameIdsAndBytesAreSignedAnewWithTodaysHeadersInTheSameOrder() {
    String secret = webhook("\"ordered\":true");
    sent(5, "\"partitionkey\":\"k\",\"data\":{\"b\":1,\"a\":1.50}");
    String before = deliveryStates();
    api.put(
            "/v1/webhooks/" + name,
            definition("\"ordered\":true,\"headers\":[{\"name\":\"X-New\",\"value\":\"yes\"}]"))
        .expect(200);

    String replay = start("");
    JsonNode done = awaitReplay(replay, "completed");

    List<Received> all = received();
    assertThat(all).hasSize(10);
    for (int i = 0; i < 5; i++) {
      Received first = all.get(i);
      Received again = all.get(5 + i);
      again.verify(secret);
      assertThat(again.id()).isEqualTo(first.id());
      assertThat(again.body()).isEqualTo(first.body());
      for (String same : List.of("sequitur-key", "sequitur-sequence", "sequitur-attempt")) {
        assertThat(again.header(same)).as(same).isEqualTo(first.header(same)).isNotEmpty();
      }
      assertThat(again.header("sequitur-replay")).isEqualTo(replay);
      assertThat(first.header("sequitur-replay")).isEmpty();
      assertThat(again.header("x-new")).isEqualTo("yes");
    }
    assertThat(done.get("delivered").asInt()).isEqualTo(5);
    assertThat(done.get("remaining").asInt()).isZero();
    assertThat(deliveryStates()).isEqualTo(before);
    JsonNode attempts =
        api.get("/v1/deliveries/" + api.deliveries(name).getFirst().get("id").textValue())
            .expect(200)
            .json()
            .get("attempts");
    assertThat(attempts).hasSize(2);
    assertThat(attempts.get(0).has("replay")).isFalse();
    assertThat(attempts.get(1).get("replay").textValue()).isEqualTo(replay);
  }

  @Test
  void dryRunOnlyCountsAndAWrongRequestSaysWhatIsWrong() {
    webhook("");
    sent(3, "");
    JsonNode count =
        api.post("/v1/replays", request("\"dryRun\":true,\"types\":[\"e2e.*\"]"))
            .expect(200)
            .json();
    assertThat(count.get("count").asInt()).isEqualTo(3);
    assertThat(count.get("states").get(0).get("state").textValue()).isEqualTo("delivered");
    assertThat(count(request("\"dryRun\":true,\"states\":[\"exhausted\"]"))).isZero();
    assertThat(count(request("\"dryRun\":true,\"until\":\"2020-01-01T00:00:00Z\""))).isZero();
    assertThat(received()).hasSize(3);
    assertThat(api.get("/v1/replays?webhook=" + name).expect(200).json().get("items")).isEmpty();

    assertThat(problem("{\"webhook\":\"" + name + "x\"}")).contains("did you mean " + name);
    assertThat(problem(request("\"states\":[\"retrying\"]"))).contains("still open");
    assertThat(problem(request("\"rate\":0"))).contains("from 0.001");
    assertThat(problem(request("\"since\":\"yesterday\""))).contains("a time like");
    assertThat(problem(request("\"since\":\"2999-01-01T00:00:00Z\""))).contains("in the future");
    api.get("/v1/replays/rpl_nothing").expect(404);
    api.post("/v1/replays/rpl_00000000000000000000000000000000/pause", "").expect(404);
  }

  @Test
  void pausedItStopsResumedItGoesOnCancelledItEndsAndEachIsAudited() {
    webhook("");
    sent(12, "");
    String replay = start("\"rate\":4");
    awaitReceived(14);

    act("pause", replay, 200);
    act("pause", replay, 200);
    eventually("nothing on the wire").until(() -> show(replay).get("underWay").asInt() == 0);
    JsonNode paused = show(replay);
    assertThat(paused.get("state").textValue()).isEqualTo("paused");
    assertThat(paused.get("delivered").asInt()).isEqualTo(received().size() - 12);
    act("resume", replay, 200);
    act("resume", replay, 200);
    awaitReceived(received().size() + 2);
    act("cancel", replay, 200);
    act("cancel", replay, 200);
    assertThat(act("resume", replay, 409).json().get("detail").textValue()).contains("cancelled");
    assertThat(show(replay).get("remaining").asInt()).isPositive();
    assertThat(
            pg().text(
                    "select string_agg(action, ' ' order by id) from sequitur.audit_log where detail ->> 'replay' = ?",
                    replay))
        .isEqualTo("replay.start replay.pause replay.resume replay.cancel");
  }

  @Test
  void rateSpreadsTheEventsOut() {
    webhook("");
    sent(6, "");
    Instant begin = Instant.now();
    awaitReplay(start("\"rate\":5"), "completed");
    assertThat(Instant.now()).isAfterOrEqualTo(begin.plusMillis(950));
  }

  @Test
  void failureIsRetriedByTheWebhooksScheduleAndThenGivenUpWhichIsShown() {
    webhook("\"ordered\":true,\"retry\":\"200ms 200ms\"");
    sent(2, "\"partitionkey\":\"k\"");
    receiver.script(path, 500, 500, 500);
    JsonNode done = awaitReplay(start(""), "completed");
    assertThat(done.get("failed").asInt()).isOne();
    assertThat(done.get("delivered").asInt()).isOne();
    assertThat(done.get("lastError").get("class").textValue()).isEqualTo("HTTP_SERVER_ERROR");
    assertThat(done.get("lastError").get("attempt").asInt()).isEqualTo(3);
    assertThat(done.get("failures").get(0).get("givenUp").asBoolean()).isTrue();
    assertThat(
            received().stream().skip(2).map(r -> r.sequence() + "/" + r.header("sequitur-attempt")))
        .containsExactly("1/1", "1/2", "1/3", "2/1");
    assertThat(deliveries("delivered")).isEqualTo(2);
  }

  @Test
  void inactiveWebhookHoldsItAndActiveAgainItGoesOn() {
    webhook("");
    sent(2, "");
    api.put("/v1/webhooks/" + name, definition("\"active\":false")).expect(200);
    String replay = start("");
    JsonNode held = awaitReplay(replay, "held");
    assertThat(held.get("reason").textValue()).contains("inactive");
    assertThat(received()).hasSize(2);
    api.put("/v1/webhooks/" + name, definition("")).expect(200);
    awaitReplay(replay, "completed");
    assertThat(received()).hasSize(4);
  }

  @Test
  void liveDeliveryFollowsTheReplaysAttemptInItsLaneAndTheOtherWayRound() {
    webhook("\"ordered\":true");
    sent(2, "\"partitionkey\":\"k\"");
    receiver.hold(path);
    String replay = start("");
    awaitReceived(3);
    publish("live", "\"partitionkey\":\"k\"");
    awaitState("waiting", 1);
    JsonNode waiting = api.deliveries(name).getFirst();
    assertThat(waiting.get("state").textValue()).isEqualTo("waiting");
    assertThat(why(waiting)).contains(replay).contains("sending in its lane");
    assertThat(received()).hasSize(3);
    receiver.release(path);
    awaitReplay(replay, "completed");
    awaitState("delivered", 3);
    assertThat(received().stream().map(Received::sequence))
        .as("live traffic goes first, and nobody is left behind")
        .containsExactly(1L, 2L, 1L, 3L, 2L);

    receiver.hold(path);
    publish("live again", "\"partitionkey\":\"k\"");
    awaitReceived(6);
    String behind = start("");
    eventually("the replay has looked through its window")
        .until(() -> show(behind).get("counted").asBoolean());
    assertThat(received()).hasSize(6);
    receiver.release(path);
    awaitReplay(behind, "completed");
    assertThat(received().stream().skip(5).map(Received::sequence)).containsExactly(4L, 1L, 2L, 3L);
  }

  @Test
  void deletedWebhookCancelsIt() {
    webhook("");
    sent(4, "");
    String replay = start("\"rate\":0.5");
    awaitReceived(5);
    api.delete("/v1/webhooks/" + name).expect(204);
    JsonNode cancelled = awaitReplay(replay, "cancelled");
    assertThat(cancelled.get("reason").textValue()).contains("deleted");
    assertThat(act("resume", replay, 409).json().get("detail").textValue()).contains("cancelled");
  }

  /** Publishes so many events and waits until they are delivered. */
  private void sent(int count, String more) {
    for (int i = 1; i <= count; i++) {
      publish(Integer.toString(i), more);
    }
    awaitState("delivered", count);
  }

  private String start(String more) {
    return api.post("/v1/replays", request(more)).expect(201).json().get("id").textValue();
  }

  private String request(String more) {
    return "{\"webhook\":\"" + name + "\"" + (more.isEmpty() ? "" : "," + more) + "}";
  }

  private int count(String request) {
    return api.post("/v1/replays", request).expect(200).json().get("count").asInt();
  }

  private String problem(String request) {
    return api.post("/v1/replays", request).expect(422).body();
  }

  private Response act(String action, String replay, int status) {
    return api.post("/v1/replays/" + replay + "/" + action, "").expect(status);
  }

  private JsonNode show(String replay) {
    return api.get("/v1/replays/" + replay).expect(200).json();
  }

  private JsonNode awaitReplay(String replay, String state) {
    return eventually("a replay that is " + state, 30)
        .until(() -> show(replay), shown -> shown.get("state").textValue().equals(state));
  }

  private String why(JsonNode delivery) {
    return api.get("/v1/deliveries/" + delivery.get("id").textValue())
        .expect(200)
        .json()
        .path("reason")
        .asText();
  }

  private String deliveryStates() {
    List<String> states = new ArrayList<>();
    api.deliveries(name).forEach(one -> states.add(one.toString()));
    return states.toString();
  }
}
