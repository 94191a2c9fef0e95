package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.SequiturProcess;
import io.sequitur.api.testing.TestTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Why a trigger fires, or why not, over HTTP and on the command line. */
final class WhyTest extends EndToEnd {
  private static final String FILTER = "\"filter\":\"data.action == 'published' && data.n > 1\"";

  WhyTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  @Test
  void triggerTestSaysWhichPartOfTheFilterDidNotHoldAndStoresNothing() {
    webhook(FILTER);
    JsonNode answer =
        tested("webhook::" + name, event("1", "\"data\":{\"action\":\"opened\",\"n\":2}"));

    assertThat(answer.get("matches").booleanValue()).isFalse();
    assertThat(answer.at("/type/pattern").textValue()).isEqualTo(type);
    assertThat(answer.at("/filter/join").textValue()).isEqualTo("all");
    assertThat(answer.at("/filter/parts/0/result").textValue()).isEqualTo("false");
    assertThat(answer.at("/filter/parts/0/values/0/expression").textValue())
        .isEqualTo("data.action");
    assertThat(answer.at("/filter/parts/0/values/0/value").textValue()).isEqualTo("\"opened\"");
    assertThat(answer.at("/filter/parts/1/result").textValue()).isEqualTo("true");
    assertThat(answer.at("/actions/0/deliver/0/webhook").textValue()).isEqualTo(name);
    assertThat(pg().count("select count(*) from sequitur.event where source = ?", name)).isZero();
  }

  @Test
  void triggerTestSaysWhatWouldHappen() {
    webhook(FILTER);
    JsonNode answer =
        tested("webhook::" + name, event("1", "\"data\":{\"action\":\"published\",\"n\":2}"));
    assertThat(answer.get("matches").booleanValue()).isTrue();
    assertThat(answer.at("/actions/0/deliver/0/routed").booleanValue()).isTrue();
  }

  @Test
  void inactiveWebhookIsSaidNotToBeRoutedTo() {
    webhook("\"active\":false");
    JsonNode own = tested("webhook::" + name, event("1", ""));
    assertThat(own.get("matches").booleanValue()).isFalse();
    assertThat(own.get("reason").textValue()).contains("inactive");

    api.put(
            "/v1/triggers/" + name,
            "{\"on\":{\"events\":[\"%s\"]},\"actions\":[{\"deliver\":[\"%s\"]}]}"
                .formatted(type, name))
        .expect(201);
    JsonNode named = tested(name, event("1", ""));
    assertThat(named.get("matches").booleanValue()).isTrue();
    assertThat(named.at("/actions/0/deliver/0/routed").booleanValue()).isFalse();
    assertThat(named.at("/actions/0/deliver/0/note").textValue()).contains("inactive");
  }

  @Test
  void ownTypesAreExplainedThoughTheyCannotBePublished() {
    api.webhook(name, "{\"url\":\"%s\",\"events\":[\"*\"]}".formatted(receiver.url(path)));
    String own = "{\"id\":\"1\",\"source\":\"/s\",\"type\":\"sequitur.webhook.updated\"}";
    assertThat(tested("webhook::" + name, own).get("reason").textValue())
        .contains("begins with `sequitur.`");
    api.delete("/v1/webhooks/" + name).expect(204);
  }

  @Test
  void storedEventIsExplainedAndAChangeSinceItWasRoutedIsSaid() {
    webhook("\"filter\":\"data.n == 1\"");
    String id = publish("1", "\"data\":{\"n\":2}");
    eventually("routed")
        .until(() -> api.get("/v1/events/" + id).json().get("state").textValue().equals("routed"));

    JsonNode then = explanation(id);
    assertThat(then.get("matches").booleanValue()).isFalse();
    assertThat(then.at("/routed/matched").booleanValue()).isFalse();
    assertThat(then.at("/routed/changedSince").booleanValue()).isFalse();
    assertThat(then.at("/filter/values/0/value").textValue()).isEqualTo("2");

    api.put("/v1/webhooks/" + name, definition("\"filter\":\"data.n == 2\"")).expect(200);
    JsonNode now = explanation(id);
    assertThat(now.get("matches").booleanValue()).isTrue();
    assertThat(now.at("/routed/changedSince").booleanValue()).isTrue();
    assertThat(now.at("/routed/note").textValue()).contains("did not match");
    assertThat(api.get("/v1/events/" + id).json().has("explanation")).isFalse();
  }

  @Test
  void whatAnEventMeansToAConditionIsTold() {
    String condition =
        "{\"on\":{},\"condition\":{\"after\":[\"%s\"],\"absent\":[\"%s.paid\"],\"within\":\"5m\",\"forEach\":\"subject\"},\"actions\":[{\"startWorkflow\":{\"type\":\"W\",\"taskQueue\":\"q\",\"id\":\"w-{{ data.order }}\"}}]}"
            .formatted(type, type);
    api.put("/v1/triggers/" + name, condition).expect(201);
    JsonNode opens = tested(name, event("1", "\"data\":{\"order\":7}"));
    assertThat(opens.get("condition").textValue())
        .isEqualTo(
            "It opens a window: the trigger acts if no `%s.paid` follows within 5m for the same `subject`."
                .formatted(type));
    assertThat(opens.at("/actions/0/problem").asText("")).isEmpty();
    JsonNode lacks = tested(name, event("1", "\"data\":{}"));
    assertThat(lacks.at("/actions/0/problem").textValue()).contains("data.order");
    JsonNode closes = tested(name, event("1", "").replace(type, type + ".paid"));
    assertThat(closes.get("matches").booleanValue()).isTrue();
    assertThat(closes.get("condition").textValue()).startsWith("It calls off a window");
    assertThat(closes.get("actions")).isEmpty();
    assertThat(tested(name, event("1", "").replace(type, "other")).get("matches").booleanValue())
        .isFalse();
    api.delete("/v1/triggers/" + name).expect(204);
  }

  @Test
  void builtInTriggersAreExplainedToo() {
    String trigger = "sequitur::invalidate-webhooks";
    assertThat(tested(trigger, event("1", "")).get("matches").booleanValue()).isFalse();
    String own = event("1", "").replace(type, "sequitur.webhook.updated");
    assertThat(tested(trigger, own).get("matches").booleanValue()).isTrue();
  }

  @Test
  void badEventsAreRefusedAsInPublishing() {
    webhook("");
    String test = "/v1/triggers/webhook::" + name + "/test";
    api.post(test, "{\"type\":\"x\"").expect(400);
    api.post(test, "{\"type\":\"x\"}").expect(400);
    api.post("/v1/triggers/nobody-here/test", event("1", "")).expect(404);
  }

  @ParameterizedTest
  @CsvSource({
    "webhooks,webhook,{'url':'https://example.com/a'}",
    "key-values,key-value,{'kind':'static';'value':'a'}",
    "event-types,event type,{}",
  })
  void nameThatWasMeantIsTold(String kind, String word, String definition) {
    api.put("/v1/" + kind + "/" + name, definition.replace('\'', '"').replace(';', ','))
        .expect(201);
    String wrong = name.substring(0, name.length() - 1);
    String told = "There is no " + word + " " + wrong + "; did you mean " + name + "?";
    assertThat(api.get("/v1/" + kind + "/" + wrong).expect(404).json().get("detail").textValue())
        .isEqualTo(told);
    assertThat(api.delete("/v1/" + kind + "/" + wrong).expect(404).body()).contains(told);
  }

  @Test
  void nameThatWasMeantIsToldWhereOneIsReferredTo() {
    webhook("");
    api.put("/v1/key-values/" + name, "{\"kind\":\"static\",\"value\":\"a\"}").expect(201);
    String wrong = name.substring(0, name.length() - 1);
    String trigger = "{\"on\":{},\"actions\":[{\"deliver\":[\"" + wrong + "\"]}]}";
    assertThat(api.put("/v1/triggers/x" + name, trigger).expect(422).body())
        .contains("There is no webhook " + wrong + "; did you mean " + name + "?");
    String header = "\"headers\":[{\"name\":\"X-A\",\"keyValue\":\"" + wrong + "\"}]";
    assertThat(api.put("/v1/webhooks/x" + name, definition(header)).expect(422).body())
        .contains("There is no key-value " + wrong + "; did you mean " + name + "?");
  }

  @Test
  void commandLineShowsMarksAndItsExitCodeIsTheAnswer() {
    webhook(FILTER);
    String trigger = "webhook::" + name;
    TestTerminal no =
        new TestTerminal().typing(event("1", "\"data\":{\"action\":\"opened\",\"n\":2}"));
    assertThat(no.run("trigger", "test", trigger, "-f", "-", "--url", sequitur.url())).isEqualTo(3);
    assertThat(no.out())
        .contains(trigger + " does not match")
        .contains("✓ type " + type)
        .contains("✗ data.action == \"published\"    data.action was \"opened\"")
        .contains("✓ data.n > 1    data.n was 2")
        .contains("would deliver to " + name);

    TestTerminal yes =
        new TestTerminal().typing(event("1", "\"data\":{\"action\":\"published\",\"n\":2}"));
    assertThat(yes.run("trigger", "test", trigger, "-f", "-", "--url", sequitur.url())).isZero();
    assertThat(yes.out()).contains(trigger + " matches").contains("delivers to " + name);

    TestTerminal wrong = new TestTerminal().typing(event("1", ""));
    assertThat(wrong.run("trigger", "test", trigger + "x", "-f", "-", "--url", sequitur.url()))
        .isEqualTo(1);
    assertThat(wrong.err()).contains("no trigger").contains("did you mean " + trigger + "?");
  }

  @Test
  void eventShowInvitesToExplain() {
    webhook("");
    String id = publish("1", "");
    awaitState("delivered", 1);
    TestTerminal page = new TestTerminal();
    assertThat(page.run("event", "show", id, "--url", sequitur.url())).isZero();
    assertThat(page.out()).contains("webhook::" + name).contains("--explain TRIGGER");
    TestTerminal why = new TestTerminal();
    assertThat(
            why.run("event", "show", id, "--explain", "webhook::" + name, "--url", sequitur.url()))
        .isZero();
    assertThat(why.out()).contains("matches " + type);
    TestTerminal test = new TestTerminal();
    assertThat(
            test.run("trigger", "test", "webhook::" + name, "--event", id, "--url", sequitur.url()))
        .isZero();
  }

  private JsonNode tested(String trigger, String event) {
    return api.post("/v1/triggers/" + trigger + "/test", event).expect(200).json();
  }

  private JsonNode explanation(String id) {
    return api.get("/v1/events/" + id + "?explain=webhook::" + name)
        .expect(200)
        .json()
        .get("explanation");
  }
}
