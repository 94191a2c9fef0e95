package io.sequitur.workflows.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TriggerDefinitionTest {
  private static final TriggerDefinitionReader READER =
      new TriggerDefinitionReader(WorkflowQueues.only(Set.of("deploys", "reports")));

  @Test
  void wholeTriggerIsRead() {
    TriggerDefinition trigger =
        READER.read(
            "deploy",
            node(
                """
                {"name":"deploy","description":"two\\nlines",
                 "on":{"events":["com.github.release.*"],"filter":"data.action == 'published'"},
                 "actions":[{"deliver":["erp","crm"]},{"deliver":["log"]}]}
                """));
    assertThat(trigger)
        .isEqualTo(
            new TriggerDefinition(
                "deploy",
                "two\nlines",
                List.of("com.github.release.*"),
                "data.action == 'published'",
                List.of(
                    new TriggerAction.Deliver(List.of("erp", "crm")),
                    new TriggerAction.Deliver(List.of("log"))),
                null));
  }

  @Test
  void leastTriggerTakesAllUserEvents() {
    assertThat(READER.read("t", node("{\"on\":{},\"actions\":[{\"deliver\":[\"w\"]}]}")).events())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|/on|required",
        "{\"on\":{}}|/actions|required",
        "{\"on\":{},\"actions\":null}|/actions|required",
        "{\"on\":[],\"actions\":[]}|/on|Must be an object, not a list.",
        "{\"on\":{},\"actions\":{}}|/actions|Must be a list, not an object.",
        "{\"on\":{},\"actions\":[7]}|/actions/0|Must be an object, not a number.",
        "{\"on\":{},\"actions\":[{}]}|/actions/0|must say what to do",
        "{\"on\":{},\"actions\":[{\"deliver\":\"erp\"}]}|/actions/0/deliver|Must be a list",
        "{\"on\":{},\"actions\":[{\"deliver\":[\"a\",\"A\"]}]}|/actions/0/deliver/1|1 to 63",
        "{\"on\":{},\"actions\":[{\"deliver\":[\"a\",\"a\"]}]}|/actions/0/deliver/1|twice",
        "{\"on\":{},\"actions\":[{\"notify\":[]}]}|/actions/0/notify|at least one sync target",
        "{\"on\":{},\"actions\":[{\"invalidate\":[]}]}|/actions/0/invalidate|at least one key",
        "{\"on\":{},\"actions\":[{\"invalidate\":[\"sequitur:triggers\"]}]}|/actions/0/invalidate/0|Sequitur's own",
        "{\"on\":{},\"actions\":[{\"invalidate\":[\"a:{{ dat.b }}\"]}]}|/actions/0/invalidate/0|There is no `dat`",
        "{\"on\":{},\"actions\":[{\"invalidate\":[\"a\"],\"deliver\":[\"a\"]}]}|/actions/0|does one thing",
        "{\"on\":{},\"actions\":[{\"delver\":[\"a\"]}]}|/actions/0/delver|Did you mean `deliver`?",
        "{\"on\":{},\"condition\":{},\"actions\":[]}|/condition/within|required",
        "{\"on\":{\"events\":\"a\"},\"actions\":[]}|/on/events|Must be a list, not a string.",
        "{\"on\":{\"events\":[\"\"]},\"actions\":[]}|/on/events/0|must not be empty",
        "{\"on\":{\"events\":[1]},\"actions\":[]}|/on/events/0|Must be a string, not a number.",
        "{\"on\":{\"event\":[]},\"actions\":[]}|/on/event|Did you mean `events`?",
        "{\"on\":{\"filter\":\"typ == 1\"},\"actions\":[]}|/on/filter|Line 1, column 1",
        "{\"on\":{},\"actions\":[],\"tenantId\":1}|/tenantId|Unknown field `tenantId`.",
        "{\"on\":{},\"actions\":[],\"name\":\"other\"}|/name|name in the path",
        "{\"on\":{},\"actions\":[],\"name\":5}|/name|Must be a string",
        "{\"on\":{},\"actions\":[],\"description\":\"a\\u0007\"}|/description|U+0007",
        "[]|``|Must be an object, not a list."
      })
  void mistakesAreListedWithTheirPlace(String json, String pointer, String detail) {
    assertThat(refusal("t", json).problems())
        .anySatisfy(problem -> {
          assertThat(problem.pointer()).isEqualTo(pointer);
          assertThat(problem.detail()).contains(detail);
        });
  }

  @Test
  void workflowsAreReadAndKeptAsTheyWereWritten() {
    String actions =
        """
        [{"startWorkflow":{"type":"Deploy","taskQueue":"deploys","id":"d-{{ event.id }}",
          "input":{"repo":"{{ data.repo }}","n":7,"x":1.50,"far":1e10,"list":[null,true,{}]}}},
         {"deliver":["log"]},{"startWorkflow":{"type":"Report","taskQueue":"reports","id":"r"}}]\
        """;
    TriggerDefinition trigger = READER.read("t", node("{\"on\":{},\"actions\":" + actions + "}"));
    assertThat(trigger.webhooks()).containsExactly("log");
    assertThat(trigger.actionsJson().toString())
        .isEqualTo(
            actions
                .replaceAll("\\s*\n\\s*", "")
                .replace("1.50", "1.5")
                .replace("1e10", "10000000000"));
    assertThat(PlannedAction.of(trigger.actionsJson().toString()))
        .extracting(PlannedAction::ordinal, PlannedAction::kind)
        .containsExactly(tuple(0, "startWorkflow"), tuple(2, "startWorkflow"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|/type|`type` is required.",
        "{}|/taskQueue|`taskQueue` is required.",
        "{}|/id|`id` is required.",
        "{\"type\":\"\"}|/type|Must not be empty.",
        "{\"type\":5}|/type|Must be a string, not a number.",
        "{\"taskQueue\":\"deploy\"}|/taskQueue|Did you mean `deploys`? Allowed: deploys, reports.",
        "{\"taskQueue\":\"sequitur\"}|/taskQueue|the engine's own",
        "{\"id\":\" \"}|/id|Must not be empty.",
        "{\"id\":\"a\\nb\"}|/id|U+000A",
        "{\"id\":\"{{ event.idd }}\"}|/id|Did you mean `event.id`?",
        "{\"id\":\"{{ data.a\"}|/id|has no `}}`",
        "{\"id\":\"webhook:{{ event.id }}\"}|/id|Ids that begin with \"webhook:\" are the engine's own.",
        "{\"input\":[]}|/input|Must be an object",
        "{\"input\":{\"a\":[1,\"{{ evnt.id }}\"]}}|/input/a/1|Did you mean `event`?",
        "{\"input\":{\"a\":1e400}}|/input/a|too large",
        "{\"inputs\":{}}|/inputs|Did you mean `input`?",
        "[]|``|Must be an object, not a list.",
      })
  void mistakesInWorkflowsAreListedWithTheirPlace(String workflow, String below, String detail) {
    String json = "{\"on\":{},\"actions\":[{\"startWorkflow\":" + workflow + "}]}";
    assertThat(refusal("t", json).problems())
        .anySatisfy(problem -> {
          assertThat(problem.pointer()).isEqualTo("/actions/0/startWorkflow" + below);
          assertThat(problem.detail()).contains(detail);
        });
  }

  @Test
  void workflowsAreOnlyForQueuesThatTheServerAllows() {
    assertThat(WorkflowQueues.only(Set.of()).problem("any"))
        .hasValueSatisfying(problem -> assertThat(problem).contains("SEQUITUR_WORKFLOW_QUEUES"));
    assertThat(WorkflowQueues.anyButOurs().problem("any")).isEmpty();
    assertThat(WorkflowQueues.anyButOurs().problem("sequitur")).isPresent();
    assertThatThrownBy(() -> WorkflowQueues.only(Set.of("sequitur")))
        .hasMessageContaining("the engine's own");
  }

  @Test
  void inputsAreLimitedInSize() {
    String workflow =
        "{\"type\":\"T\",\"taskQueue\":\"deploys\",\"id\":\"i\",\"input\":{\"a\":\"%s\"}}"
            .formatted("x".repeat(17_000));
    assertThat(
            refusal("t", "{\"on\":{},\"actions\":[{\"startWorkflow\":" + workflow + "}]}")
                .problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.detail()).contains("16384"));
  }

  @Test
  void anActionDoesOneThing() {
    assertThat(
            refusal(
                    "t",
                    "{\"on\":{},\"actions\":[{\"deliver\":[\"a\"],\"startWorkflow\":{\"type\":\"T\",\"taskQueue\":\"deploys\",\"id\":\"i\"}}]}")
                .problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.detail()).contains("one thing"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[{\"fly\":1}]", "[{}]", "[7]", "[{\"deliver\":[],\"fly\":1}]", "7x"})
  void whatSomebodyWroteByHandIsNoPlan(String actions) {
    assertThatThrownBy(() -> PlannedAction.of(actions))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void allMistakesAreListedAtOnce() {
    assertThat(
            refusal(
                    "t",
                    "{\"on\":{\"filter\":5,\"x\":1},\"actions\":[{\"deliver\":[\"!\"]},{}],\"y\":2}")
                .problems())
        .extracting(Problem::pointer)
        .containsExactlyInAnyOrder(
            "/on/filter", "/on/x", "/actions/0/deliver/0", "/actions/1", "/y");
  }

  @ParameterizedTest
  @CsvSource({"webhook::erp, change the webhook", "Upper, 1 to 63", "-a, 1 to 63", "a b, 1 to 63"})
  void namesInThePathAreChecked(String name, String detail) {
    assertThat(refusal(name, "{\"on\":{},\"actions\":[{\"deliver\":[\"erp\"]}]}").problems())
        .singleElement()
        .satisfies(problem -> assertThat(problem.detail()).contains(detail));
  }

  @Test
  void lengthOfNamesIsLimited() {
    assertThat(CatalogueName.problem("a".repeat(63))).isEmpty();
    assertThat(CatalogueName.problem("a".repeat(64))).isPresent();
    assertThat(CatalogueName.problem("0.a_b-c")).isEmpty();
    assertThat(CatalogueName.problem("")).isPresent();
  }

  @Test
  void entryOfAFileNamesItselfAndKeepsItsPlace() {
    List<Problem> problems = new ArrayList<>();
    assertThat(
            READER.read(
                node("{\"name\":\"a\",\"on\":{},\"actions\":[{\"deliver\":[\"erp\"]}]}"),
                "/triggers/0",
                problems))
        .hasValueSatisfying(trigger -> assertThat(trigger.name()).isEqualTo("a"));
    assertThat(problems).isEmpty();

    assertThat(
            READER.read(
                node("{\"on\":{},\"actions\":[{\"deliver\":[\"erp\"]}]}"), "/triggers/1", problems))
        .isEmpty();
    assertThat(
            READER.read(
                node("{\"name\":\"webhook::x\",\"on\":{},\"actions\":[]}"),
                "/triggers/2",
                problems))
        .isEmpty();
    assertThat(problems)
        .extracting(Problem::pointer)
        .containsExactly("/triggers/1/name", "/triggers/2/name", "/triggers/2/actions");
  }

  @Test
  void hugeNonsenseGetsASmallAnswer() {
    String field = "f".repeat(40_000);
    InvalidDefinition refusal =
        refusal("t", "{\"on\":{},\"actions\":[],\"" + field + "\":\"" + field + "\"}");
    assertThat(refusal.getMessage()).hasSizeLessThan(1000);
  }

  private static JsonNode node(String json) {
    return StrictJson.tree(json.getBytes(StandardCharsets.UTF_8));
  }

  private static InvalidDefinition refusal(String name, String json) {
    return catchThrowableOfType(InvalidDefinition.class, () -> READER.read(name, node(json)));
  }
}
