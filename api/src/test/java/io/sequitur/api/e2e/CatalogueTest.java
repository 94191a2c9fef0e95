package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.Api.Response;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.SequiturProcess;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Webhooks, key-values and triggers: made, read, changed, deleted, and what they then do. */
final class CatalogueTest extends EndToEnd {
  private static final int MANY = 7;

  CatalogueTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "webhooks | {'url':'https://example.com/a'} | {'url':'https://example.com/b'} | /url",
        "key-values | {'kind':'static','value':'a'} | {'kind':'static','value':'b'} | /value",
        "event-types | {'schema':{'type':'object'}} | {'schema':{'type':'array'}} | /schema/type",
        "triggers | {'on':{'events':['a']},'actions':[]} | {'on':{'events':['b']},'actions':[]} | /on/events/0",
      })
  void resourceIsCreatedReplacedShownListedAndDeleted(
      String kind, String first, String second, String field) {
    String resource = "/v1/" + kind + "/" + name;
    String one = definitionOf(kind, first);
    String two = definitionOf(kind, second);
    api.get(resource).expect(404);
    Response created = api.put(resource, one).expect(201);
    Response replaced = api.put(resource, two).expect(200);
    assertThat(replaced.header("ETag")).isNotEmpty().isNotEqualTo(created.header("ETag"));

    Response shown = api.get(resource).expect(200);
    assertThat(shown.header("ETag")).isEqualTo(replaced.header("ETag"));
    assertThat(shown.json().at(field)).isEqualTo(replaced.json().at(field));
    assertThat(shown.json().at(field)).isNotEqualTo(created.json().at(field));
    assertThat(names(kind)).contains(name);

    api.put(resource, one, "If-Match", created.header("ETag")).expect(412);
    assertThat(api.get(resource).json().at(field)).isEqualTo(shown.json().at(field));
    api.put(resource, one, "If-Match", shown.header("ETag")).expect(200);
    assertThat(problem(api.put(resource, one.replaceFirst("\\{", "{\"tenant\":\"x\",")), 422))
        .contains("tenant");

    api.delete(resource).expect(204);
    api.delete(resource).expect(404);
    assertThat(names(kind)).doesNotContain(name);
  }

  @Test
  void signingSecretIsShownOnceAndSecretsNever() {
    String secret = webhook("");
    assertThat(secret).startsWith("whsec_");
    assertThat(api.get("/v1/webhooks/" + name).body()).doesNotContain("whsec_");
    assertThat(api.put("/v1/webhooks/" + name, definition("")).expect(200).body())
        .doesNotContain("whsec_");
    assertThat(
            pg().text(
                    "select encode(secret, 'escape') from sequitur.signing_key order by id desc limit 1"))
        .doesNotContain(secret.substring("whsec_".length()));
  }

  @Test
  void whatIsInUseIsNotDeleted() {
    api.put("/v1/key-values/" + name, "{\"kind\":\"static\",\"value\":\"v\"}").expect(201);
    webhook("\"headers\":[{\"name\":\"X-A\",\"keyValue\":\"" + name + "\"}]");
    api.put("/v1/triggers/" + name, trigger("null")).expect(201);

    assertThat(problem(api.delete("/v1/key-values/" + name), 409)).contains(name);
    assertThat(problem(api.delete("/v1/webhooks/" + name), 409)).contains(name);
    api.delete("/v1/triggers/" + name).expect(204);
    api.delete("/v1/webhooks/" + name).expect(204);
    api.delete("/v1/key-values/" + name).expect(204);
  }

  @Test
  void whatIsNotThereIsNotNamed() {
    assertThat(problem(api.put("/v1/triggers/" + name, trigger("null")), 422)).contains(name);
    assertThat(
            problem(
                api.put(
                    "/v1/webhooks/" + name,
                    definition("\"headers\":[{\"name\":\"X-A\",\"keyValue\":\"nobody\"}]")),
                422))
        .contains("nobody")
        .contains("/headers/0/keyValue");
  }

  @Test
  void pagesGiveEverythingOnceAndInOrder() {
    for (int i = 0; i < MANY; i++) {
      api.put("/v1/key-values/%s-%d".formatted(name, i), "{\"kind\":\"static\",\"value\":\"v\"}")
          .expect(201);
    }
    List<String> names = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = api.get("/v1/key-values?limit=3" + cursor).expect(200).json();
      page.get("items").forEach(item -> names.add(item.get("name").textValue()));
      cursor = page.path("next").isTextual() ? "&cursor=" + page.get("next").textValue() : "";
    } while (!cursor.isEmpty());

    assertThat(names).doesNotHaveDuplicates().isSorted();
    assertThat(names.stream().filter(one -> one.startsWith(name))).hasSize(MANY);
  }

  @Test
  void filterDecidesAndEveryEventIsCounted() {
    webhook("\"filter\":\"data.action == 'go' && source == '%s'\"".formatted(name));
    publish("1", "\"partitionkey\":\"k\",\"data\":{\"action\":\"go\"}");
    publish("2", "\"partitionkey\":\"k\",\"data\":{\"action\":\"stay\"}");
    publish("3", "\"partitionkey\":\"k\",\"data\":{\"action\":\"go\"}");

    awaitState("delivered", 2);
    // The webhook is not ordered, so only the numbers are promised.
    assertThat(received().stream().map(request -> request.sequence()))
        .containsExactlyInAnyOrder(1L, 3L);
  }

  @Test
  void triggerDeliversToTheWebhookThatItNamesAndIsShownAsMatched() {
    api.webhook(
        name,
        "{\"url\":\"%s\",\"events\":[]}"
            .formatted(receiver.url(path))
            .replace("\"events\":[]", "\"description\":\"only by trigger\""));
    api.put("/v1/triggers/" + name, trigger("\"data.n > 1\"")).expect(201);
    String dull = publish("1", "\"data\":{\"n\":1}");
    String matching = publish("2", "\"data\":{\"n\":2}");

    assertThat(awaitReceived(1).getFirst().id()).isEqualTo(matching);
    assertThat(matches(matching)).isEqualTo("[{\"trigger\":\"" + name + "\"}]");
    eventually("routed")
        .until(
            () -> api.get("/v1/events/" + dull).json().get("state").textValue().equals("routed"));
    assertThat(matches(dull)).isEqualTo("[]");
  }

  @Test
  void eventThatMatchesTwiceIsDeliveredOnce() {
    webhook("");
    api.put("/v1/triggers/" + name, trigger("null")).expect(201);
    String id = publish("1", "");
    awaitState("delivered", 1);

    assertThat(matches(id)).contains("webhook::" + name).contains("\"" + name + "\"");
    publish("2", "");
    awaitState("delivered", 2);
    assertThat(received()).hasSize(2);
  }

  @Test
  void webhooksOwnTriggerIsListedButNotChanged() {
    webhook("");
    JsonNode own = api.get("/v1/triggers/webhook::" + name).expect(200).json();
    assertThat(own.get("generated").booleanValue()).isTrue();
    assertThat(own.at("/on/events/0").textValue()).isEqualTo(type);
    assertThat(names("triggers")).contains("webhook::" + name);
    api.delete("/v1/triggers/webhook::" + name).expect(409);
  }

  private String definitionOf(String kind, String quoted) {
    String json = quoted.replace('\'', '"');
    if (!kind.equals("triggers")) {
      return json;
    }
    if (api.get("/v1/webhooks/" + name + "-target").status() == 404) {
      api.webhook(
          name + "-target", "{\"url\":\"%s\",\"events\":[\"none\"]}".formatted(receiver.url(path)));
    }
    return json.replace("[]", "[{\"deliver\":[\"" + name + "-target\"]}]");
  }

  private String trigger(String filter) {
    return "{\"on\":{\"events\":[\"%s\"]%s},\"actions\":[{\"deliver\":[\"%s\"]}]}"
        .formatted(type, filter.equals("null") ? "" : ",\"filter\":" + filter, name);
  }

  private String matches(String id) {
    return api.get("/v1/events/" + id).expect(200).json().get("matches").toString();
  }

  private List<String> names(String kind) {
    List<String> names = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = api.get("/v1/" + kind + "?limit=200" + cursor).expect(200).json();
      page.get("items").forEach(item -> names.add(item.get("name").textValue()));
      cursor = page.path("next").isTextual() ? "&cursor=" + page.get("next").textValue() : "";
    } while (!cursor.isEmpty());
    return names;
  }

  private static String problem(Response response, int status) {
    assertThat(response.expect(status).header("Content-Type"))
        .startsWith("application/problem+json");
    return response.body();
  }
}
