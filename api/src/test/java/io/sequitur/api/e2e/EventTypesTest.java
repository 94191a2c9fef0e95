package io.sequitur.api.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.Api.Response;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.Received;
import io.sequitur.api.testing.SequiturProcess;
import io.sequitur.api.testing.TestTerminal;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the schema of a type does to its events, however they come, and what an operator can do. */
final class EventTypesTest extends EndToEnd {
  private static final String REQUIRES_REF =
      "{'type':'object','required':['ref'],'properties':{'ref':{'type':'string'}}}";
  private static final String GOOD = "\"partitionkey\":\"k\",\"data\":{\"ref\":\"main\"}";
  private static final String BAD = "\"partitionkey\":\"k\",\"data\":{\"rev\":1}";

  @TempDir private Path directory;

  EventTypesTest(SequiturProcess sequitur, FakeReceiver receiver) {
    super(sequitur, receiver);
  }

  @Test
  void rejectedEventIsAnsweredWithPointersAndNotStored() {
    declare("reject", REQUIRES_REF);
    webhook("");
    Response answer = api.post("/v1/events", event("1", BAD)).expect(422);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.json().get("detail").textValue()).contains(type);
    assertThat(pointers(answer)).containsExactly("/data/ref");
    assertThat(answer.json().at("/errors/0/detail").textValue()).contains("'ref'");

    Response binary =
        api.send(
            "POST",
            "/v1/events",
            "{\"ref\":7}",
            "ce-specversion",
            "1.0",
            "ce-id",
            "2",
            "ce-source",
            name,
            "ce-type",
            type);
    assertThat(pointers(binary.expect(422))).containsExactly("/data/ref");
    assertThat(pointers(batch(full("3", GOOD), full("4", BAD), full("5", "")).expect(422)))
        .containsExactly("/1/data/ref", "/2/data");
    String wrong =
        IntStream.range(0, 30)
            .mapToObj(i -> full("m" + i, BAD))
            .reduce((a, b) -> a + "," + b)
            .orElseThrow();
    assertThat(pointers(batch(wrong).expect(422))).hasSize(20);
    assertThat(stored()).isZero();

    // The id was not used up.
    String id = publish("1", GOOD);
    assertThat(awaitReceived(1).getFirst().id()).isEqualTo(id);
  }

  @Test
  void quarantinedEventIsRoutedOnlyWhenItIsReleasedAndPositionedThen() {
    declare("quarantine", REQUIRES_REF);
    webhook("");
    String bad = publish("1", BAD);
    batch(full("2", BAD), full("3", GOOD)).expect(202);
    publish("4", GOOD);
    assertThat(awaitReceived(2)).hasSize(2);
    JsonNode shown = api.get("/v1/events/" + bad).expect(200).json();
    assertThat(shown.get("state").textValue()).isEqualTo("quarantined");
    assertThat(shown.get("reason").textValue())
        .contains(type)
        .contains("/data/ref")
        .contains("'ref'");
    assertThat(ids("/v1/events?state=quarantined&type=" + type)).hasSize(2).contains(bad);
    assertThat(ids("/v1/events?state=routed&type=" + type)).hasSize(2).doesNotContain(bad);
    api.get("/v1/events?state=lost").expect(400);

    api.post("/v1/events/" + bad + "/release", "{}").expect(200);
    Received released = awaitReceived(3).getLast();
    assertThat(released.id()).isEqualTo(bad);
    assertThat(released.sequence()).isEqualTo(3);
    JsonNode after = api.get("/v1/events/" + bad).json();
    assertThat(after.get("state").textValue()).isEqualTo("routed");
    assertThat(after.get("warning").textValue()).contains("/data/ref");
    assertThat(after.get("releasedAt").textValue()).isNotEmpty();
  }

  @Test
  void warnedEventIsRoutedAndShowsItsWarning() {
    declare("warn", REQUIRES_REF);
    webhook("");
    String bad = publish("1", BAD);
    String good = publish("2", GOOD);
    awaitReceived(2);
    assertThat(api.get("/v1/events/" + bad).json().get("warning").textValue())
        .contains("/data/ref");
    assertThat(api.get("/v1/events/" + good).json().path("warning").isTextual()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"reject", "quarantine"})
  void eventBySqlThatDoesNotFitIsQuarantinedAndStopsNobody(String onInvalid) {
    declare(onInvalid, REQUIRES_REF);
    webhook("\"ordered\":true");
    String bad = publishBySql("{\"rev\": 1}");
    String good = publishBySql("{\"ref\": \"main\"}");
    assertThat(awaitReceived(1).getFirst().id()).isEqualTo(good);
    awaitEvent(bad, "quarantined");
    assertThat(api.get("/v1/events/" + bad).json().get("reason").textValue()).contains("/data/ref");
    api.post("/v1/events/" + bad + "/release", "").expect(200);
    assertThat(awaitReceived(2)).extracting(Received::sequence).containsExactly(1L, 2L);
  }

  @Test
  void eventBySqlThatDoesNotFitUnderWarnIsRoutedWithItsWarning() {
    declare("warn", REQUIRES_REF);
    webhook("");
    String bad = publishBySql("{\"rev\": 1}");
    assertThat(awaitReceived(1).getFirst().id()).isEqualTo(bad);
    assertThat(api.get("/v1/events/" + bad).json().get("warning").textValue())
        .contains("/data/ref");
  }

  @Test
  void twentyReleasesAtOnceRouteOnce() {
    declare("quarantine", REQUIRES_REF);
    webhook("");
    String bad = publish("1", BAD);
    List<CompletableFuture<Response>> releases = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      releases.add(api.postLater("/v1/events/" + bad + "/release", "{}"));
    }
    assertThat(releases.stream().map(release -> release.join().status())).containsOnly(200);
    awaitState("delivered", 1);
    publish("2", GOOD);
    assertThat(awaitReceived(2)).extracting(Received::sequence).containsExactlyInAnyOrder(1L, 2L);
    api.post("/v1/events/" + bad + "/release", "{}").expect(200);
    assertThat(
            pg().count(
                    "select count(*) from sequitur.routing r join sequitur.event e on e.id = r.event_id where e.type = ?",
                    type))
        .isEqualTo(2);
  }

  @Test
  void whatIsNotQuarantinedIsNotReleased() {
    webhook("");
    String routed = publish("1", GOOD);
    awaitState("delivered", 1);
    assertThat(api.post("/v1/events/" + routed + "/release", "{}").expect(409).body())
        .contains("it was routed at 2");
    api.post("/v1/events/evt_00000000000000000000000000000000/release", "{}").expect(404);
    api.post("/v1/events/x/release", "{}").expect(404);
  }

  @Test
  void everyChangeOfTheTypeIsSeenByTheNextPublish() {
    webhook("");
    int accepted = 0;
    for (int i = 0; i < 10; i++) {
      declare("reject", REQUIRES_REF);
      api.post("/v1/events", event("a" + i, BAD)).expect(422);
      pg().update("update sequitur.event_type set on_invalid = 'quarantine' where name = ?", type);
      assertThat(state(publish("b" + i, BAD))).isEqualTo("quarantined");
      declare("reject", "{'required':['rev']}");
      batch(full("c" + i, BAD), full("d" + i, BAD)).expect(202);
      api.post("/v1/events", event("e" + i, GOOD)).expect(422);
      api.delete("/v1/event-types/" + type).expect(204);
      publish("f" + i, GOOD);
      accepted += 3;
    }
    awaitState("delivered", accepted);
  }

  @Test
  void whatWasAcceptedOnceIsADuplicateHoweverTheTypeHasChanged() {
    String first = publish("1", BAD);
    declare("reject", REQUIRES_REF);
    Response again = api.post("/v1/events", event("1", BAD)).expect(202);
    assertThat(again.json().get("id").textValue()).isEqualTo(first);
    assertThat(again.json().get("duplicate").booleanValue()).isTrue();
    assertThat(pointers(batch(full("1", BAD), full("2", BAD)).expect(422)))
        .containsExactly("/1/data/ref");
    assertThat(
            batch(full("1", BAD), full("3", GOOD))
                .expect(202)
                .json()
                .at("/accepted/0/duplicate")
                .booleanValue())
        .isTrue();
  }

  @Test
  void typeWithoutASchemaIsDocumentation() {
    api.put("/v1/event-types/" + type, "{\"description\":\"A push.\"}").expect(201);
    JsonNode shown = api.get("/v1/event-types/" + type).expect(200).json();
    assertThat(shown.path("schema").isMissingNode() || shown.get("schema").isNull()).isTrue();
    assertThat(shown.get("onInvalid").textValue()).isEqualTo("reject");
    publish("1", BAD);
  }

  @Test
  void schemaIsShownAsItWasWritten() {
    String schema =
        "{\"type\":\"object\",\"required\":[\"z\",\"a\"],\"properties\":{\"z\":{\"multipleOf\":0.010},\"a\":true}}";
    api.put("/v1/event-types/" + type, "{\"schema\":" + schema + "}").expect(201);
    assertThat(api.get("/v1/event-types/" + type).body()).contains(schema.replace("0.010", "0.01"));
  }

  @Test
  void schemaThatCannotBeUsedIsRefusedWithItsPlace() {
    assertThat(refused("{'schema':{'properties':{'a':{'type':'strng'}}}}"))
        .containsOnly("/schema/properties/a/type");
    assertThat(refused("{'schema':{'$ref':'http://169.254.169.254/'},'onInvalid':'drop'}"))
        .containsExactly("/schema/$ref", "/onInvalid");
    assertThat(refused("{'schema':{'pattern':'(a)\\\\1'}}")).containsExactly("/schema/pattern");
    assertThat(refused("{'schema':'object'}")).containsExactly("/schema");
    assertThat(refused("{'schem':{}}")).containsExactly("/schem");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Microsoft.Storage.BlobCreated", "com.example/paid v", "%", "typ/é~:x"})
  void namesAreTheTypesOfEvents(String other) {
    String named = name + "." + other.replace(' ', '_');
    String resource = "/v1/event-types/" + URLEncoder.encode(named, StandardCharsets.UTF_8);
    api.put(resource, "{\"name\":\"" + named + "\",\"schema\":" + json(REQUIRES_REF) + "}")
        .expect(201);
    assertThat(api.get(resource).expect(200).json().get("name").textValue()).isEqualTo(named);
    api.post("/v1/events", event("1", BAD).replace(type, named)).expect(422);
    api.delete(resource).expect(204);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sequitur.webhook.created", "com.example.*", "a%20b"})
  void namesThatNoEventCanHaveAreRefused(String named) {
    api.put("/v1/event-types/" + named, "{}").expect(422);
  }

  @Test
  void schemaThatWasBrokenByHandIsShownAndStopsNobody() {
    declare("reject", REQUIRES_REF);
    webhook("");
    pg().update(
            "update sequitur.event_type set schema = '{\"type\":\"strng\"}' where name = ?", type);
    JsonNode shown = api.get("/v1/event-types/" + type).expect(200).json();
    assertThat(shown.get("state").textValue()).isEqualTo("invalid");
    assertThat(shown.get("reason").textValue()).contains("/type");
    String byHttp = publish("1", BAD);
    String bySql = publishBySql("{\"rev\": 1}");
    awaitReceived(2);
    for (String id : List.of(byHttp, bySql)) {
      assertThat(api.get("/v1/events/" + id).json().get("warning").textValue())
          .contains("cannot be used");
    }
  }

  @Test
  void triggerThatWasBrokenByHandIsShownAndStopsNobody() {
    webhook("");
    api.put("/v1/triggers/" + name, trigger("true")).expect(201);
    assertThat(triggerState()).isEqualTo("ok ");
    pg().update("update sequitur.trigger set filter = 'data.' where name = ?", name);
    assertThat(triggerState()).startsWith("invalid It matches nothing").contains("column");
    String id = publish("1", "");
    awaitState("delivered", 1);
    assertThat(api.get("/v1/events/" + id).json().get("matches").toString())
        .isEqualTo("[{\"trigger\":\"webhook::" + name + "\"}]");
    api.put("/v1/triggers/" + name, trigger("true")).expect(200);
    assertThat(triggerState()).isEqualTo("ok ");
  }

  @Test
  void triggerWhoseEventTypeWasDeletedIsShownAndGoesOn() {
    api.webhook(name, "{\"url\":\"" + receiver.url(path) + "\"}");
    api.put("/v1/triggers/" + name, trigger("true")).expect(201);
    declare("reject", "{}");
    assertThat(triggerState()).isEqualTo("ok ");
    api.delete("/v1/event-types/" + type).expect(204);
    assertThat(triggerState())
        .startsWith("invalid The event type " + type)
        .contains("was deleted at");
    publish("1", "");
    awaitState("delivered", 1);
    declare("reject", "{}");
    assertThat(triggerState()).isEqualTo("ok ");
    api.delete("/v1/event-types/" + type).expect(204);
    api.put("/v1/triggers/" + name, trigger("true")).expect(200);
    assertThat(triggerState()).isEqualTo("ok ");
  }

  @Test
  void typesStandInTheCatalogueFileWithThePlacesOfTheirErrors() throws IOException {
    String file =
        """
        eventTypes:
          - name: %s
            description: A push
            schema:
              type: object
              required: [ref]
              properties: {price: {multipleOf: 0.010}}
            onInvalid: quarantine
        """
            .formatted(type);
    assertThat(run("apply", file).out()).contains("created event-type " + type);
    assertThat(state(publish("1", BAD))).isEqualTo("quarantined");
    assertThat(run("apply", file).out()).isEqualTo("nothing to do: 1 unchanged\n");
    assertThat(run("plan", file.replace("quarantine", "warn").replace("0.010", "0.02")).out())
        .contains("schema, onInvalid");
    TestTerminal export = terminal();
    assertThat(export.run("export")).isZero();
    assertThat(export.out())
        .contains("name: " + type)
        .contains("onInvalid: quarantine")
        .contains("multipleOf: 0.01");

    assertThat(run("plan", file.replace("type: object", "type: objekt")).err())
        .contains("types.yaml:5:7: ")
        .contains("(/eventTypes/0/schema/type)");
    assertThat(run("plan", file.replace("onInvalid", "onInvald")).err())
        .contains("types.yaml:8:5: Unknown field `onInvald`. Did you mean `onInvalid`?");
  }

  @Test
  void commandsSetListShowReleaseAndDelete() throws IOException {
    Files.writeString(directory.resolve("push.yaml"), "type: object\nrequired: [ref]\n");
    webhook("");
    assertThat(
            out(
                "event-type",
                "set",
                type,
                "--schema-file",
                "push.yaml",
                "--on-invalid",
                "quarantine"))
        .isEqualTo("created event-type " + type + "\n");
    assertThat(out("event-type", "list", "--limit", "1000"))
        .containsPattern(type + " +yes +quarantine +ok");
    assertThat(out("event-type", "show", type)).contains("required=ref");
    String bad = publish("1", BAD);
    assertThat(out("event", "list", "--state", "quarantined", "--type", type)).contains(bad);
    assertThat(out("event", "show", bad))
        .containsPattern("reason +The data does not fit")
        .contains("/data/ref");
    assertThat(out("event", "release", bad)).isEqualTo("released " + bad + "\n");
    awaitReceived(1);
    assertThat(out("event", "show", bad))
        .containsPattern("warning +The data")
        .contains("released ");
    assertThat(out("event-type", "delete", type)).isEqualTo("deleted event-type " + type + "\n");
  }

  private String out(String... words) {
    TestTerminal terminal = terminal();
    assertThat(terminal.run(words)).as(terminal.err()).isZero();
    return terminal.out();
  }

  private TestTerminal run(String command, String file) throws IOException {
    Files.writeString(directory.resolve("types.yaml"), file);
    TestTerminal terminal = terminal();
    terminal.run(command, "-f", "types.yaml");
    return terminal;
  }

  private TestTerminal terminal() {
    return new TestTerminal().with("SEQUITUR_URL", sequitur.url()).in(directory);
  }

  private void declare(String onInvalid, String schema) {
    int status =
        api.put(
                "/v1/event-types/" + type,
                "{\"schema\":%s,\"onInvalid\":\"%s\"}".formatted(json(schema), onInvalid))
            .status();
    assertThat(status).isBetween(200, 201);
  }

  private List<String> refused(String body) {
    return pointers(api.put("/v1/event-types/" + type, json(body)).expect(422));
  }

  private String trigger(String filter) {
    return "{\"on\":{\"events\":[\"%s\"],\"filter\":\"%s\"},\"actions\":[{\"deliver\":[\"%s\"]}]}"
        .formatted(type, filter, name);
  }

  private String triggerState() {
    JsonNode trigger = api.get("/v1/triggers/" + name).expect(200).json();
    String reason = trigger.path("reason").isTextual() ? trigger.get("reason").textValue() : "";
    return trigger.get("state").textValue() + " " + reason;
  }

  private String publishBySql(String data) {
    return pg().text(
            "select sequitur.publish(?, ?, null, cast(? as jsonb), 'k')", type, name, data);
  }

  private String state(String id) {
    return api.get("/v1/events/" + id).expect(200).json().get("state").textValue();
  }

  private void awaitEvent(String id, String state) {
    eventually(id + " " + state).until(() -> state(id).equals(state));
  }

  private List<String> ids(String list) {
    List<String> ids = new ArrayList<>();
    api.get(list)
        .expect(200)
        .json()
        .get("items")
        .forEach(item -> ids.add(item.get("id").textValue()));
    return ids;
  }

  private static List<String> pointers(Response answer) {
    List<String> pointers = new ArrayList<>();
    answer.json().get("errors").forEach(error -> pointers.add(error.get("pointer").textValue()));
    return pointers;
  }

  private String full(String id, String more) {
    return event(id, "\"specversion\":\"1.0\"" + (more.isEmpty() ? "" : "," + more));
  }

  private Response batch(String... events) {
    return api.post(
        "/v1/events",
        "[" + String.join(",", events) + "]",
        "Content-Type",
        "application/cloudevents-batch+json");
  }

  private long stored() {
    return pg().count("select count(*) from sequitur.event where type = ?", type);
  }

  private static String json(String quoted) {
    return Api.parse(quoted.replace('\'', '"')).toString();
  }
}
