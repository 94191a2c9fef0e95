package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.SequiturProcess;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The trigger that a webhook generates follows it in everything. Each name begins with the row of
 * the table of cases that it stands for.
 */
class GeneratedTriggerTest extends EndToEnd {
  private final String generated = "webhook::" + name;

  GeneratedTriggerTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  @BeforeEach
  void nothingIsThere() {
    assertThat(triggers()).isEmpty();
  }

  @Test
  @DisplayName(
      "configure_one: creating makes exactly one trigger, repeating none, deleting removes it")
  void configureOne() {
    webhook("\"filter\":\"data.a == 1\"");
    JsonNode made = trigger();
    assertThat(triggers()).containsExactly(generated);
    assertThat(made.at("/on/events").toString()).isEqualTo("[\"" + type + "\"]");
    assertThat(made.at("/on/filter").textValue()).isEqualTo("data.a == 1");
    assertThat(made.at("/actions").toString()).isEqualTo("[{\"deliver\":[\"" + name + "\"]}]");
    assertThat(made.get("generated").booleanValue()).isTrue();

    put("\"filter\":\"data.a == 1\"");
    assertThat(triggers()).containsExactly(generated);
    assertThat(trigger().get("on")).isEqualTo(made.get("on"));

    api.delete("/v1/webhooks/" + name).expect(204);
    assertThat(triggers()).isEmpty();
    api.get("/v1/triggers/" + generated).expect(404);
  }

  @Test
  @DisplayName("inactive_webhook_does_not_create_automation (webhook_automation: inactive + none)")
  void inactiveWebhookHasNone() {
    webhook("\"active\":false");
    assertThat(triggers()).isEmpty();
    put("\"active\":false,\"description\":\"again\"");
    assertThat(triggers()).isEmpty();
  }

  @Test
  @DisplayName("deactivating_webhook_deletes_automation (webhook_automation: inactive + existing)")
  void deactivatingRemovesItAndActivatingBringsItBack() {
    webhook("");
    put("\"active\":false");
    assertThat(triggers()).isEmpty();
    publish("1", "");
    awaitRouted(1);
    put("");
    assertThat(triggers()).containsExactly(generated);
    publish("2", "");
    awaitReceived(1);
    awaitState("delivered", 1);
    assertThat(received())
        .singleElement()
        .satisfies(one -> assertThat(one.body()).contains("\"id\":\"2\""));
  }

  @Test
  @DisplayName("webhook_automation: its name is webhook::NAME; a change of the webhook updates it")
  void changeOfTheWebhookUpdatesIt() {
    webhook("");
    String before = api.get("/v1/triggers/" + generated).header("ETag");
    put("\"filter\":\"data.a == 2\"");
    assertThat(trigger().at("/on/filter").textValue()).isEqualTo("data.a == 2");
    assertThat(api.get("/v1/triggers/" + generated).header("ETag")).isNotEqualTo(before);
  }

  @Test
  @DisplayName("trigger_definition_node_kind_match: by API, file and SQL it is the same trigger")
  void howeverItIsDeclaredItIsTheSame() {
    webhook("\"filter\":\"data.a == 1\"");
    JsonNode byApi = trigger();
    api.delete("/v1/webhooks/" + name).expect(204);
    String file =
        """
        webhooks: [{name: %s, url: "%s", events: [%s], filter: "data.a == 1"}]
        """
            .formatted(name, receiver.url(path), type);
    api.post("/v1/catalogue/apply", file).expect(200);
    JsonNode byFile = trigger();
    api.delete("/v1/webhooks/" + name).expect(204);
    pg().update(
            "insert into sequitur.webhook (name, url, events, filter) values (?, ?, array[?], 'data.a == 1')",
            name,
            receiver.url(path),
            type);
    JsonNode bySql = trigger();
    for (String field : List.of("name", "description", "on", "actions", "generated")) {
      assertThat(byFile.get(field)).as(field).isEqualTo(byApi.get(field));
      assertThat(bySql.get(field)).as(field).isEqualTo(byApi.get(field));
    }
    publish("1", "\"data\":{\"a\":1}");
    publish("2", "\"data\":{\"a\":2}");
    awaitRouted(2);
    assertThat(api.deliveries(name)).hasSize(1);
  }

  @Test
  @DisplayName("on_failure_logs_error: what is not there is refused by its kind and name")
  void whatIsNotThereIsNamed() {
    for (String path : List.of("/v1/webhooks/" + name, "/v1/triggers/" + generated)) {
      assertThat(api.get(path).expect(404).json().get("detail").textValue())
          .contains(path.substring(path.lastIndexOf('/') + 1));
      assertThat(api.delete(path).status()).isIn(404, 409);
    }
  }

  @Test
  @DisplayName(
      "no_linked_webhooks: a key-value that it does not use leaves a webhook's version alone")
  void unlinkedKeyValueChangesNothing() {
    String mine = name + "-mine";
    String other = name + "-other";
    keyValue(mine, "1");
    keyValue(other, "1");
    webhook("\"headers\":[{\"name\":\"X-A\",\"keyValue\":\"" + mine + "\"}]");
    String before = api.get("/v1/webhooks/" + name).header("ETag");
    keyValue(other, "2");
    assertThat(api.get("/v1/webhooks/" + name).header("ETag")).isEqualTo(before);
    keyValue(mine, "2");
    assertThat(api.get("/v1/webhooks/" + name).header("ETag"))
        .as("clears_cache: the one it uses changes its version")
        .isNotEqualTo(before);
  }

  private void awaitRouted(long count) {
    EndToEnd.eventually(count + " events are routed")
        .until(() ->
            pg().count(
                        """
                        select count(*) from sequitur.event e join sequitur.routing r on r.event_id = e.id
                        where e.source = ?\
                        """,
                        name)
                == count);
  }

  private void keyValue(String key, String value) {
    String json = "{\"kind\":\"static\",\"value\":\"" + value + "\"}";
    assertThat(api.put("/v1/key-values/" + key, json).status()).isIn(200, 201);
  }

  private void put(String more) {
    api.put("/v1/webhooks/" + name, definition(more)).expect(200);
  }

  private JsonNode trigger() {
    return api.get("/v1/triggers/" + generated).expect(200).json();
  }

  /** Names of this test's triggers, from the whole list. */
  private List<String> triggers() {
    List<String> names = new ArrayList<>();
    String next = "";
    do {
      String cursor = next.isEmpty() ? "" : "&cursor=" + next;
      JsonNode page = api.get("/v1/triggers?limit=200" + cursor).expect(200).json();
      page.get("items").forEach(item -> names.add(item.get("name").textValue()));
      next = page.path("next").asText("");
    } while (!next.isEmpty());
    return names.stream().filter(one -> one.endsWith("::" + name)).toList();
  }
}
