package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.Api.Response;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.SequiturProcess;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an operator does to deliveries, and what they say about themselves. */
final class OperatorActionsTest extends EndToEnd {

  OperatorActionsTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  @Test
  void whatWaitsForItsRetryIsTriedAtOnce() {
    webhook("\"retry\":\"1h\"");
    receiver.script(path, 500);
    publish("1", "");
    awaitState("retrying", 1);

    act("retry", only()).expect(200);
    awaitState("delivered", 1);
    JsonNode delivery = api.delivery(name);
    assertThat(delivery.get("attempts")).hasSize(2);
    assertThat(delivery.get("actions")).hasSize(1);
    assertThat(delivery.get("actions").get(0).get("action").textValue()).isEqualTo("retry");
    assertThat(delivery.get("actions").get(0).get("by").textValue()).isEqualTo("local");
    assertThat(available(delivery)).isEmpty();
  }

  @Test
  void whatIsCancelledIsNeverTriedAgain() {
    webhook("\"retry\":\"500ms\"");
    receiver.script(path, 500);
    String first = publish("1", "");
    awaitState("retrying", 1);
    act("cancel", only()).expect(200);
    assertThat(deliveries("cancelled")).isEqualTo(1);
    act("cancel", only()).expect(200);
    Response refused = act("retry", only()).expect(409);
    assertThat(refused.json().get("detail").textValue()).contains("cancelled").contains("replay");

    receiver.script(path, 500);
    publish("2", "");
    awaitState("delivered", 1);
    assertThat(received().stream().map(Received::id).filter(first::equals)).hasSize(1);
  }

  @Test
  void anAttemptOnTheWireIsSaidToBeSoAndItsSuccessCounts() {
    webhook("");
    receiver.hold(path);
    publish("1", "");
    awaitReceived(1);

    JsonNode answer = act("cancel", only()).expect(202).json();
    assertThat(answer.get("onTheWire").booleanValue()).isTrue();
    assertThat(answer.has("nextAttemptAt")).isFalse();
    assertThat(answer.get("reason").textValue()).contains("will be cancelled");
    assertThat(available(answer)).isEmpty();
    receiver.release(path);
    awaitState("delivered", 1);
  }

  @Test
  void anAttemptOnTheWireThatFailsIsTheLastOfWhatWasCancelled() {
    webhook("\"retry\":\"100ms 100ms\"");
    receiver.always(path, 500);
    receiver.hold(path);
    publish("1", "");
    awaitReceived(1);
    act("cancel", only()).expect(202);
    receiver.release(path);

    awaitState("cancelled", 1);
    assertThat(api.delivery(name).get("attempts")).hasSize(1);
    assertThat(received()).hasSize(1);
  }

  @Test
  void skippedHeadOfABlockedLaneLetsTheNextOneGo() {
    webhook("\"ordered\":true,\"retry\":\"none\"");
    receiver.script(path, 500);
    publish("1", "\"partitionkey\":\"k\"");
    awaitState("blocked", 1);
    publish("2", "\"partitionkey\":\"k\"");
    awaitState("waiting", 1);
    JsonNode waiting = show(inState("waiting"));
    assertThat(available(waiting)).containsExactly("cancel");
    assertThat(waiting.get("reason").textValue()).contains(inState("blocked"));
    JsonNode blocked = show(inState("blocked"));
    assertThat(available(blocked)).containsExactly("retry", "cancel", "skip");
    JsonNode webhook = api.get("/v1/webhooks/" + name).expect(200).json();
    assertThat(webhook.at("/blocked/lanes").intValue()).isOne();
    assertThat(webhook.at("/blocked/delivery")).isEqualTo(blocked.get("id"));
    assertThat(blocked.get("updatedAt")).isEqualTo(webhook.at("/blocked/since"));

    act("skip", inState("waiting")).expect(409);
    act("skip", inState("blocked")).expect(200);
    awaitState("delivered", 1);
    assertThat(deliveries("skipped")).isEqualTo(1);
    assertThat(received().stream().map(Received::sequence)).containsExactly(1L, 2L);
    assertThat(api.get("/v1/webhooks/" + name).json().has("blocked")).isFalse();
  }

  @Test
  void aSkippedHeadHoldsItsLaneWhileItIsOnTheWire() {
    webhook("\"ordered\":true,\"retry\":\"none\"");
    receiver.always(path, 500);
    receiver.hold(path);
    publish("1", "\"partitionkey\":\"k\"");
    awaitReceived(1);
    publish("2", "\"partitionkey\":\"k\"");
    awaitState("waiting", 1);
    act("skip", inState("pending")).expect(202);
    assertThat(deliveries("waiting")).as("nothing goes before that one is over").isEqualTo(1);
    assertThat(received()).hasSize(1);

    receiver.release(path);
    awaitState("skipped", 1);
    awaitState("blocked", 1);
    assertThat(received().stream().map(Received::sequence)).containsExactly(1L, 2L);
  }

  @Test
  void retryOfABlockedHeadDrainsItsLaneInOrder() {
    webhook("\"ordered\":true,\"retry\":\"none\"");
    receiver.script(path, 500);
    for (int i = 1; i <= 4; i++) {
      publish("e" + i, "\"partitionkey\":\"k\"");
    }
    awaitState("blocked", 1);
    awaitState("waiting", 3);
    act("retry", inState("blocked")).expect(200);

    awaitState("delivered", 4);
    assertThat(received().stream().map(Received::sequence)).containsExactly(1L, 1L, 2L, 3L, 4L);
  }

  @Test
  void deadLettersAreCountedAndThenRetriedByAFilter() {
    webhook("\"retry\":\"none\"");
    receiver.script(path, 500, 500, 500);
    for (int i = 1; i <= 3; i++) {
      publish("e" + i, "");
    }
    awaitState("exhausted", 3);
    JsonNode counted = bulk("retry", "\"state\":\"exhausted,blocked\",\"dryRun\":true");
    assertThat(counted.get("count").intValue()).isEqualTo(3);
    assertThat(deliveries("exhausted")).isEqualTo(3);

    assertThat(bulk("retry", "\"state\":\"exhausted\"").get("count").intValue()).isEqualTo(3);
    awaitState("delivered", 3);
    JsonNode again = bulk("retry", "");
    assertThat(again.get("matched").intValue()).isEqualTo(3);
    assertThat(again.get("count").intValue()).isZero();
    assertThat(again.get("refused").get(0).get("count").intValue()).isEqualTo(3);
  }

  @Test
  void aFilterThatSaysNothingOrWhatIsNotThereIsRefused() {
    api.post("/v1/deliveries/cancel", "{}").expect(422);
    Response state =
        api.post("/v1/deliveries/cancel", "{\"state\":\"exhaused\",\"dryRun\":true}").expect(422);
    assertThat(state.body()).contains("did you mean").contains("exhausted");
    Response missing =
        api.post("/v1/deliveries/skip", "{\"webhook\":\"%sx\"}".formatted(name)).expect(422);
    assertThat(missing.body()).contains("/webhook");
    api.post("/v1/deliveries/dlv_00000000000000000000000000000000_1/skip", "").expect(404);
  }

  @Test
  void aChangedScheduleAppliesToWhatWaits() {
    webhook("\"retry\":\"1h\"");
    receiver.script(path, 500);
    publish("1", "");
    awaitState("retrying", 1);
    api.put("/v1/webhooks/" + name, definition("\"retry\":\"100ms\"")).expect(200);
    awaitState("delivered", 1);
  }

  @Test
  void whatCannotBeSentAsItIsConfiguredIsHeldUntilThatChanges() {
    webhook("\"retry\":\"1h\"");
    String url = receiver.url(path);
    pg().update(
            "update sequitur.webhook set url = 'http://169.254.169.254/latest/' where name = ?",
            name);
    publish("1", "");
    awaitState("held", 1);
    JsonNode held = api.delivery(name);
    assertThat(held.get("class").textValue()).isEqualTo("BLOCKED");
    assertThat(held.get("reason").textValue()).contains("as it is configured");
    assertThat(held.has("nextAttemptAt")).isFalse();

    pg().update("update sequitur.webhook set url = ? where name = ?", url, name);
    awaitState("delivered", 1);
  }

  @Test
  void whatWaitsBehindAnOpenBreakerSaysSoAndATestIsTheNextProbe() {
    webhook("\"retry\":\"1h\"");
    receiver.always(path, 500);
    for (int i = 0; i < 5; i++) {
      publish("e" + i, "");
    }
    awaitState("retrying", 5);
    publish("last", "");
    String last = api.deliveries(name).getFirst().get("id").textValue();
    JsonNode waiting =
        eventually("no probe under way")
            .until(() -> show(last), shown -> shown.path("reason").asText().contains("next probe"));
    assertThat(waiting.get("reason").textValue()).contains("its breaker is open", "status 500");
    assertThat(waiting.get("nextAttemptAt").textValue()).isNotEmpty();
    JsonNode tested = api.post("/v1/webhooks/" + name + "/test", "").expect(200).json();
    assertThat(tested.at("/attempt/status").intValue()).isEqualTo(500);
    assertThat(tested.has("reason")).isFalse();
  }

  @Test
  void whatItsReceiverAskedToWaitForSaysSoAndARetryDoesNotWait() {
    webhook("\"retry\":\"1s\"");
    receiver.retryAfter(path, "7200");
    receiver.script(path, 503);
    publish("1", "");
    awaitState("retrying", 1);
    assertThat(show(only()).get("reason").textValue())
        .contains("Its receiver asked, by Retry-After");
    act("retry", only()).expect(200);
    awaitState("delivered", 1);
  }

  @Test
  void whatADeletedWebhookWasSentIsNotSaidToBeReplayable() {
    webhook("\"retry\":\"none\"");
    receiver.script(path, 500);
    publish("1", "");
    awaitState("exhausted", 1);
    publish("2", "");
    awaitState("delivered", 1);
    api.delete("/v1/webhooks/" + name).expect(204);
    assertThat(show(inState("exhausted")).get("reason").textValue()).contains("is deleted");
    assertThat(act("retry", inState("delivered")).expect(409).body())
        .contains("It is delivered already.")
        .doesNotContain("replay");
  }

  @Test
  void whatWaitsForItsRateLimitSaysSoAndSoDoesATest() {
    webhook("\"rateLimit\":{\"count\":1,\"per\":\"24h\"}");
    publish("1", "");
    awaitState("delivered", 1);
    publish("2", "");
    awaitState("pending", 1);
    eventually("a reason")
        .until(
            () -> show(inState("pending")).path("reason").asText().contains("rate limit of 1 per"));
    JsonNode tested = api.post("/v1/webhooks/" + name + "/test", "").expect(202).json();
    assertThat(tested.has("attempt")).isFalse();
    assertThat(tested.get("reason").textValue()).contains("rate limit of 1 per");
  }

  @Test
  void goneIsTheReasonAndNoActionOfAnybody() {
    webhook("");
    receiver.script(path, 410);
    publish("1", "");
    awaitState("held", 1);
    JsonNode held = api.delivery(name);
    assertThat(held.get("reason").textValue()).contains("disabled since", "410 Gone", "Enable");
    assertThat(held.get("actions")).isEmpty();
  }

  @Test
  void goneOfAnAddressThatWasReplacedMeanwhileDisablesNothing() {
    webhook("\"retry\":\"100ms\"");
    receiver.script(path, 410);
    receiver.hold(path);
    publish("1", "");
    awaitReceived(1);
    api.put(
            "/v1/webhooks/" + name,
            "{\"url\":\"%s\",\"events\":[\"%s\"],\"retry\":\"100ms\"}"
                .formatted(receiver.url(path + "/new"), type))
        .expect(200);
    receiver.release(path);

    awaitState("delivered", 1);
    assertThat(api.get("/v1/webhooks/" + name).json().get("status").textValue()).isEqualTo("ok");
    assertThat(receiver.received(path + "/new")).hasSize(1);
  }

  private Response act(String action, String id) {
    return api.post("/v1/deliveries/" + id + "/" + action, "");
  }

  private JsonNode bulk(String action, String more) {
    return api.post(
            "/v1/deliveries/" + action,
            "{\"webhook\":\"%s\"%s}".formatted(name, more.isEmpty() ? "" : "," + more))
        .expect(200)
        .json();
  }

  private JsonNode show(String id) {
    return api.get("/v1/deliveries/" + id).expect(200).json();
  }

  private String only() {
    return api.delivery(name).get("id").textValue();
  }

  private String inState(String state) {
    JsonNode items =
        api.get("/v1/deliveries?webhook=" + name + "&state=" + state)
            .expect(200)
            .json()
            .get("items");
    assertThat(items).hasSize(1);
    return items.get(0).get("id").textValue();
  }

  private static List<String> available(JsonNode delivery) {
    List<String> words = new ArrayList<>();
    for (JsonNode action : delivery.get("availableActions")) {
      if (action.get("available").booleanValue()) {
        words.add(action.get("action").textValue());
      }
    }
    return words;
  }
}
