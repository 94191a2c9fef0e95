package io.sequitur.api.e2e;

import static io.sequitur.api.e2e.EndToEnd.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.DeployWorker;
import io.sequitur.api.testing.FakeReceiver;
import io.sequitur.api.testing.FaultProxy;
import io.sequitur.api.testing.SequiturProcess;
import io.sequitur.api.testing.TemporalServer;
import io.sequitur.api.testing.TestBed;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Triggers that start workflows on a worker of the user's own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StartWorkflowTest {
  /** The sweep looks every five seconds, for what is due for five. */
  private static final Duration SWEPT = Duration.ofSeconds(60);

  private static final String INPUT =
      "{\"repo\":\"r\",\"stars\":1,\"share\":1,\"draft\":true,\"tags\":[],\"by\":{}}";

  private final TestBed bed = TestBed.fromEnvironment();
  private final FakeReceiver receiver = new FakeReceiver();
  private final TemporalServer temporal = TemporalServer.start(bed);
  private final FaultProxy link = new FaultProxy(temporal.host(), temporal.port());
  private SequiturProcess sequitur;
  private DeployWorker worker;
  private Api api;

  /** Of each test its own: JUnit makes one instance of this class for all. */
  private String name = "";

  @BeforeAll
  void start() {
    link.open();
    sequitur = SequiturProcess.start(bed, link.address());
    worker = new DeployWorker(temporal.address(), sequitur.namespace());
    api = sequitur.api();
  }

  @AfterAll
  void stop() {
    worker.close();
    sequitur.close();
    link.close();
    temporal.close();
    receiver.close();
  }

  @BeforeEach
  void newName() {
    name = "t" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
  }

  @Test
  void workflowGetsTypedParametersAndIsFound() {
    trigger(
        start(
            "deploy-{{ event.source }}-{{ event.id }}",
            """
            {"repo":"{{ data.repository.full_name }}","stars":"{{ data.repository.stars }}","share":0.25,
             "draft":"{{ data.draft }}","tags":["{{ data.tag }}","v-{{ data.repository.stars }}"],"by":"{{ data.sender }}"}
            """));
    String id =
        publish(
            "1",
            """
            {"repository":{"full_name":"acme/shop","stars":12345678901},"draft":false,"tag":"v1",
             "sender":{"login":"ann","id":7}}
            """);

    JsonNode action = awaitAction(id, 0, "done");
    String workflow = "deploy-" + name + "-1";
    assertThat(action.at("/workflow/id").textValue()).isEqualTo(workflow);
    assertThat(action.get("trigger").textValue()).isEqualTo(name);
    assertThat(action.get("kind").textValue()).isEqualTo("startWorkflow");
    assertThat(action.get("attempts").intValue()).isEqualTo(1);
    assertThat(worker.result(workflow))
        .isEqualTo(
            "deployed DeployInput[repo=acme/shop, stars=12345678901, share=0.25, draft=false,"
                + " tags=[v1, v-12345678901], by={login=ann, id=7}]");
    assertThat(worker.describe(workflow).getExecution().getRunId())
        .isEqualTo(action.at("/workflow/runId").textValue());
    assertThat(worker.searchAttribute(workflow, "SequiturTrigger")).isEqualTo("[\"" + name + "\"]");
    assertThat(worker.searchAttribute(workflow, "SequiturTenant")).isEqualTo("[\"default\"]");
    assertThat(worker.searchAttribute(workflow, "SequiturEvent")).isEqualTo("[\"" + id + "\"]");
  }

  @Test
  void withoutInputThereIsNoArgument() {
    trigger(
        "{\"startWorkflow\":{\"type\":\"Tick\",\"taskQueue\":\"deploys\",\"id\":\"tick-%s\"}}"
            .formatted(name));
    awaitAction(publish("1", "{}"), 0, "done");
    assertThat(worker.result("tick-" + name)).isEqualTo("null");
  }

  @Test
  void sameEventAgainAndSameStepAgainStartNothing() {
    trigger(start("again-{{ event.id }}-" + name, INPUT));
    String id = publish("1", "{}");
    String runId = awaitAction(id, 0, "done").at("/workflow/runId").textValue();
    String unused = worker.result("again-1-" + name);

    assertThat(publish("1", "{}")).isEqualTo(id);
    assertThat(sequitur.pg().count("select count(*) from sequitur.action where trigger = ?", name))
        .isEqualTo(1);
    // As if whoever started it had died before he could say so.
    int forgotten =
        sequitur
            .pg()
            .update(
                "update sequitur.action set done_at = null, workflow_id = null, next_attempt_at = now() - interval '1 min' where trigger = ?",
                name);
    assertThat(forgotten).isEqualTo(1);
    Awaitility.await("the sweep found it")
        .atMost(SWEPT)
        .until(() -> action(id, 0).get("state").textValue().equals("done"));
    assertThat(action(id, 0).get("attempts").intValue()).isEqualTo(2);
    assertThat(action(id, 0).at("/workflow/runId").textValue()).isEqualTo(runId);
    assertThat(worker.describe("again-1-" + name).getExecution().getRunId()).isEqualTo(runId);
  }

  @Test
  void twoEventsOfOneWorkflowIdStartOneWorkflow() {
    trigger(start("order-{{ data.order }}-" + name, INPUT));
    String first = publish("1", "{\"order\":7}");
    String runId = awaitAction(first, 0, "done").at("/workflow/runId").textValue();
    String unused = worker.result("order-7-" + name);
    String second = publish("2", "{\"order\":7}");

    assertThat(awaitAction(second, 0, "done").at("/workflow/runId").textValue()).isEqualTo(runId);
    assertThat(worker.describe("order-7-" + name).getExecution().getRunId()).isEqualTo(runId);
    assertThat(worker.searchAttribute("order-7-" + name, "SequiturEvent"))
        .isEqualTo("[\"" + first + "\"]");
  }

  @Test
  void whatFailsSaysWhyAndStopsNobodyElse() {
    api.webhook(name, "{\"url\":\"%s\"}".formatted(receiver.url("/" + name)));
    trigger(
        start("{{ data.missing }}", INPUT)
            + ",{\"deliver\":[\""
            + name
            + "\"]},"
            + start("fine-" + name, INPUT)
            + ","
            + start("in-" + name, "{\"repo\":\"{{ data.repository.full_name }}\"}")
            + ","
            + start("{{ data.ours }}", INPUT)
            + ","
            + start("{{ data.blank }}", INPUT));
    String id = publish("1", "{\"ours\":\"webhook:1\",\"blank\":\"\"}");

    assertThat(awaitAction(id, 0, "failed").get("lastError").textValue())
        .isEqualTo("the event has no `data.missing`");
    assertThat(worker.describe(awaitAction(id, 1, "done").at("/workflow/id").textValue()))
        .isNotNull();
    assertThat(awaitAction(id, 2, "failed").get("lastError").textValue())
        .contains("no `data.repository.full_name`");
    assertThat(awaitAction(id, 3, "failed").get("lastError").textValue())
        .contains("\"webhook:\" are the engine's own");
    assertThat(awaitAction(id, 4, "failed").get("lastError").textValue()).contains("is empty");
    eventually("delivered").until(() -> receiver.received("/" + name).size() == 1);
    eventually("the run has ended").until(() -> openRuns(id) == 0);
  }

  @Test
  void queueThatIsNoLongerAllowedIsTriedAgainUntilItIs() {
    trigger(start("queue-" + name, INPUT));
    int changed =
        sequitur
            .pg()
            .update(
                "update sequitur.trigger set actions = jsonb_set(actions, '{0,startWorkflow,taskQueue}', '\"sequitur\"') where name = ?",
                name);
    assertThat(changed).isEqualTo(1);
    String id = publish("1", "{}");

    JsonNode waiting = awaitAction(id, 0, "retrying");
    assertThat(waiting.get("lastError").textValue()).contains("the engine's own");
    assertThat(waiting.get("nextAttemptAt").isTextual()).isTrue();
    eventually("the run does not wait for it").until(() -> openRuns(id) == 0);

    int mended =
        sequitur
            .pg()
            .update(
                "update sequitur.action set parameters = jsonb_set(parameters, '{taskQueue}', '\"deploys\"') where trigger = ?",
                name);
    assertThat(mended).isEqualTo(1);
    Awaitility.await("it was tried again")
        .atMost(SWEPT)
        .until(() -> action(id, 0).get("state").textValue().equals("done"));
    assertThat(action(id, 0).has("lastError")).isFalse();
  }

  @Test
  void actionsThatSomebodySpoiledByHandStopNobody() {
    api.webhook(
        name, "{\"url\":\"%s\",\"events\":[\"%s\"]}".formatted(receiver.url("/" + name), type()));
    trigger(start("spoiled-" + name, INPUT));
    int spoiled =
        sequitur
            .pg()
            .update("update sequitur.trigger set actions = '[{\"fly\":1}]' where name = ?", name);
    assertThat(spoiled).isEqualTo(1);
    String id = publish("1", "{}");

    eventually("delivered").until(() -> receiver.received("/" + name).size() == 1);
    assertThat(api.get("/v1/events/" + id).json().get("actions")).isEmpty();
    assertThat(api.get("/v1/triggers/" + name).expect(200).json().at("/actions/0/fly").intValue())
        .isEqualTo(1);
    api.delete("/v1/triggers/" + name).expect(204);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'type':'Deploy','taskQueue':'sequitur','id':'x'|/actions/0/startWorkflow/taskQueue",
        "'type':'Deploy','taskQueue':'deploys'|/actions/0/startWorkflow/id",
        "'type':'Deploy','taskQueue':'deploys','id':'{{ event.ID3 }}'|/actions/0/startWorkflow/id",
        "'type':'Deploy','taskQueue':'deploys','id':'x','input':{'a':'{{ evnt.id }}'}|/actions/0/startWorkflow/input/a",
        "'taskQueue':'deploys','id':'x'|/actions/0/startWorkflow/type",
      })
  void mistakesAreRefusedWhenSaved(String quoted, String pointer) {
    String body = triggerBody("{\"startWorkflow\":{" + quoted.replace('\'', '"') + "}}");
    Api.Response refused = api.put("/v1/triggers/" + name, body).expect(422);
    assertThat(refused.json().at("/errors/0/pointer").textValue()).isEqualTo(pointer);
    api.get("/v1/triggers/" + name).expect(404);
  }

  @Test
  void actionsAreShownAndExportedAsTheyWereWritten() {
    api.webhook(name, "{\"url\":\"%s\"}".formatted(receiver.url("/" + name)));
    trigger(
        start("a", "{\"n\":1.50,\"far\":1e10,\"whole\":1.0,\"list\":[true,null,\"{{ data }}\"]}")
            + ",{\"deliver\":[\""
            + name
            + "\"]},"
            + start("b", "{}"));
    JsonNode shown = api.get("/v1/triggers/" + name).expect(200).json().get("actions");
    assertThat(shown).hasSize(3);
    assertThat(shown.at("/0/startWorkflow/id").textValue()).isEqualTo("a");
    assertThat(shown.at("/0/startWorkflow/input/far").longValue()).isEqualTo(10_000_000_000L);
    assertThat(shown.at("/1/deliver/0").textValue()).isEqualTo(name);
    assertThat(shown.at("/2/startWorkflow/id").textValue()).isEqualTo("b");

    String file = api.get("/v1/catalogue").expect(200).body();
    JsonNode plan = api.post("/v1/catalogue/plan", file).expect(200).json();
    assertThat(plan.at("/summary/updated").intValue()).isZero();
    assertThat(plan.at("/summary/created").intValue()).isZero();
    JsonNode changed =
        api.post("/v1/catalogue/plan", file.replace("{{ data }}", "{{ data.x }}"))
            .expect(200)
            .json();
    assertThat(changed.at("/summary/updated").intValue()).isEqualTo(1);
    api.delete("/v1/triggers/" + name).expect(204);
  }

  @Test
  void whileTemporalIsAwayDeliveriesGoOnAndWorkflowsStartWhenItIsBack() {
    api.webhook(name, "{\"url\":\"%s\"}".formatted(receiver.url("/" + name)));
    trigger(start("back-{{ event.id }}-" + name, INPUT) + ",{\"deliver\":[\"" + name + "\"]}");
    link.close();
    String one = publish("1", "{}");
    String two = publish("2", "{}");
    try {
      if (bed.headStart()) {
        eventually("delivered").until(() -> receiver.received("/" + name).size() == 2);
        assertThat(awaitAction(one, 0, "retrying").get("lastError").textValue())
            .contains("UNAVAILABLE");
      }
    } finally {
      link.open();
    }
    for (String id : new String[] {one, two}) {
      Awaitility.await("started when Temporal is back")
          .atMost(SWEPT)
          .ignoreExceptions()
          .until(() -> action(id, 0).get("state").textValue().equals("done"));
    }
    assertThat(worker.result("back-2-" + name)).startsWith("deployed");
    eventually("delivered").until(() -> receiver.received("/" + name).size() == 2);
  }

  private String type() {
    return "e2e." + name;
  }

  private void trigger(String actions) {
    Api.Response unused = api.put("/v1/triggers/" + name, triggerBody(actions)).expect(201);
  }

  private String triggerBody(String actions) {
    return "{\"on\":{\"events\":[\"%s\"]},\"actions\":[%s]}".formatted(type(), actions);
  }

  private static String start(String id, String input) {
    return "{\"startWorkflow\":{\"type\":\"Deploy\",\"taskQueue\":\"deploys\",\"id\":\"%s\",\"input\":%s}}"
        .formatted(id, input);
  }

  private String publish(String id, String data) {
    return api.publish(
        "{\"id\":\"%s\",\"source\":\"%s\",\"type\":\"%s\",\"data\":%s}"
            .formatted(id, name, type(), data));
  }

  /** The event's nth action. */
  private JsonNode action(String event, int index) {
    return api.get("/v1/events/" + event).expect(200).json().path("actions").path(index);
  }

  private JsonNode awaitAction(String event, int index, String state) {
    return eventually("action " + index + " " + state)
        .until(() -> action(event, index), one -> state.equals(one.path("state").asText()));
  }

  private long openRuns(String event) {
    return sequitur
        .pg()
        .count(
            "select count(*) from sequitur.run where done_at is null and cast(? as uuid) = any(event_ids)",
            event.substring("evt_".length()));
  }
}
