package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.SequiturProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the engine itself says: users can listen to it, nobody can say it, and it has an end. */
final class BuiltInEventsTest extends EndToEnd {
  private static final int LONGEST_CHAIN = 20;

  BuiltInEventsTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  @Test
  void aChangeOfAWebhookByTheApiAndByHandIsDeliveredInOrder() {
    String secret = listener("sequitur.webhook.*", "subject == '" + name + "'");
    webhook("\"headers\":[{\"name\":\"X-A\",\"value\":\"canary\"}]");
    api.put("/v1/webhooks/" + name, definition("\"ordered\":true")).expect(200);
    // The same again changes nothing, and so it says nothing.
    api.put("/v1/webhooks/" + name, definition("\"ordered\":true")).expect(200);
    pg().update("update sequitur.webhook set description = 'by hand' where name = ?", name);
    api.delete("/v1/webhooks/" + name).expect(204);

    List<Received> heard = awaitHeard(4);
    assertThat(heard).hasSize(4);
    heard.forEach(request -> request.verify(secret));
    assertThat(heard.stream().map(one -> body(one).get("type").asText()))
        .containsExactly(
            "sequitur.webhook.created",
            "sequitur.webhook.updated",
            "sequitur.webhook.updated",
            "sequitur.webhook.deleted");
    assertThat(body(heard.get(1)).at("/data/changed").toString())
        .isEqualTo("[\"headers\",\"ordered\"]");
    assertThat(body(heard.get(2)).at("/data/new/description").asText()).isEqualTo("by hand");
    assertThat(heard.stream().map(Received::body).filter(text -> text.contains("canary")))
        .isEmpty();
    assertThat(matches(heard.get(1).id()))
        .containsExactly(
            "sequitur::invalidate-webhooks",
            "sequitur::notify-sync-targets",
            "webhook::" + name + "-listener");
  }

  @Test
  void aWebhookThatDoesNotAskForThemNeverGetsThem() {
    String filter = "subject == '%s' || source == '%s'".formatted(name, name);
    api.webhook(
        name,
        "{\"url\":\"%s\",\"events\":[\"*\"],\"filter\":\"%s\"}"
            .formatted(receiver.url(path), filter));
    api.webhook(name + "-all", "{\"url\":\"%s\"}".formatted(receiver.url(path)));
    api.put(
            "/v1/triggers/" + name,
            "{\"on\":{\"filter\":\"%s\"},\"actions\":[{\"deliver\":[\"%s-all\"]}]}"
                .formatted(filter, name))
        .expect(201);
    api.put("/v1/key-values/" + name, "{\"kind\":\"static\",\"value\":\"v\"}").expect(201);
    String change =
        eventually("its event")
            .until(() -> latest("sequitur.key-value.created"), id -> !id.isEmpty());
    publish("1", "");

    awaitReceived(2);
    awaitRouted(change);
    assertThat(received()).hasSize(2);
    assertThat(matches(change)).isEmpty();
  }

  @Test
  void whatIsGoneIsHeardElsewhere() {
    listener("sequitur.webhook.disabled", "data.webhook == '" + name + "'");
    webhook("");
    receiver.script(path, 410);
    String event = publish("1", "");

    JsonNode heard = body(awaitHeard(1).getFirst());
    assertThat(heard.at("/data/event").asText()).isEqualTo(event);
    assertThat(heard.at("/data/delivery").asText())
        .isEqualTo(api.deliveries(name).getFirst().get("id").asText());
    assertThat(heard.at("/data/reason").asText()).contains("410");
    assertThat(heard.get("sequiturcause").asText()).isEqualTo(event);
  }

  @Test
  void aBlockedLaneIsHeardElsewhere() {
    listener("sequitur.lane.blocked", "data.webhook == '" + name + "'");
    webhook("\"ordered\":true,\"retry\":\"none\"");
    receiver.script(path, 500);
    String event = publish("1", "\"partitionkey\":\"k\"");

    JsonNode data = body(awaitHeard(1).getFirst()).get("data");
    assertThat(data.get("source").asText()).isEqualTo(name);
    assertThat(data.get("key").asText()).isEqualTo("k");
    assertThat(data.get("event").asText()).isEqualTo(event);
  }

  @Test
  void aWebhookThatListensToItsOwnFailuresIsCutAndTheReasonIsShown() {
    // Not 500: its breaker would hold the chain up.
    receiver.always(path, 404);
    api.webhook(
        name,
        ("{\"url\":\"%s\",\"retry\":\"none\",\"events\":[\"%s\",\"sequitur.delivery.exhausted\"],"
                + "\"filter\":\"type == '%s' || data.webhook == '%s'\"}")
            .formatted(receiver.url(path), type, type, name));
    String first = publish("1", "");
    String last =
        eventually("the chain is cut")
            .atMost(Duration.ofSeconds(60))
            .until(
                () ->
                    pg().text(
                            "select coalesce((select 'evt_' || replace(e.id::text, '-', '') from sequitur.event e join sequitur.quarantine q"
                                + " on q.event_id = e.id where e.subject = ?), '')",
                            name),
                id -> !id.isEmpty());

    JsonNode cut = api.get("/v1/events/" + last).expect(200).json();
    assertThat(cut.get("state").asText()).isEqualTo("quarantined");
    assertThat(cut.get("reason").asText()).contains("loop guard", "20 events", first);
    assertThat(cut.at("/event/sequiturdepth").asInt()).isEqualTo(LONGEST_CHAIN);
    assertThat(deliveries("exhausted")).isEqualTo(LONGEST_CHAIN);
    assertThat(received()).hasSize(LONGEST_CHAIN);
  }

  @Test
  void builtInTriggersStandInTheListInItsOrderAndStayAsTheyAre() {
    webhook("");
    String own = "/v1/triggers/sequitur::invalidate-webhooks";
    JsonNode shown = api.get(own).expect(200).json();
    assertThat(shown.get("builtIn").booleanValue()).isTrue();
    assertThat(shown.get("generated").booleanValue()).isFalse();
    assertThat(shown.at("/on/events").size()).isPositive();
    assertThat(shown.get("description").asText()).isNotEmpty();

    List<String> names = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = api.get("/v1/triggers?limit=1" + cursor).expect(200).json();
      page.get("items").forEach(item -> names.add(item.get("name").textValue()));
      cursor = page.path("next").isTextual() ? "&cursor=" + page.get("next").textValue() : "";
    } while (!cursor.isEmpty());
    assertThat(names)
        .isSorted()
        .doesNotHaveDuplicates()
        .contains("sequitur::invalidate-webhooks", "webhook::" + name);

    assertThat(api.delete(own).expect(409).body()).contains("built in");
    assertThat(api.put(own, "{\"on\":{},\"actions\":[]}").expect(409).body()).contains("built in");
    assertThat(
            api.put("/v1/triggers/sequitur::mine", "{\"on\":{},\"actions\":[]}").expect(422).body())
        .contains("built in");
    api.get("/v1/triggers/sequitur::mine").expect(404);
    api.delete("/v1/triggers/sequitur::mine").expect(404);
  }

  /** Makes an ordered webhook with a path of its own that hears this. */
  private String listener(String pattern, String filter) {
    return api.webhook(
        name + "-listener",
        "{\"url\":\"%s\",\"ordered\":true,\"events\":[\"%s\"],\"filter\":\"%s\"}"
            .formatted(receiver.url(path + "-listener"), pattern, filter));
  }

  private List<Received> awaitHeard(int count) {
    return eventually("the listener hears " + count)
        .until(() -> receiver.received(path + "-listener"), heard -> heard.size() >= count);
  }

  private void awaitRouted(String event) {
    eventually("routed")
        .until(() -> api.get("/v1/events/" + event).json().get("state").asText().equals("routed"));
  }

  private List<String> matches(String event) {
    return api.get("/v1/events/" + event)
        .expect(200)
        .json()
        .get("matches")
        .findValuesAsText("trigger");
  }

  /** The id of this test's last event of the type; empty while there is none. */
  private String latest(String type) {
    return pg().text(
            "select coalesce(max('evt_' || replace(id::text, '-', '')), '') from sequitur.event where subject = ? and type = ?",
            name,
            type);
  }

  private static JsonNode body(Received request) {
    return Api.parse(request.body());
  }
}
