package io.sequitur.workflows.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TemplateTest {
  private static final EventContext EVENT =
      new EventContext(
          "e-1",
          "/shop",
          "order.paid",
          "order/7",
          null,
          "k 1",
          """
          {"id":"e-1","data":{"n":7,"price":12.50,"big":123456789012345678901234567890,"tiny":1e-7,
           "yes":true,"nothing":null,"text":"{{ data.n }}","a":{"b":{"c":"deep"},"odd key":"odd","7":"seven"},
           "list":[{"x":1},"two"],"empty":{}}}
          """);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "{{ data.n }}|7",
        "{{data.n}}|7",
        "{{ data.price }}|12.50",
        "{{ data.big }}|123456789012345678901234567890",
        "{{ data.tiny }}|1E-7",
        "{{ data.yes }}|true",
        "{{ data.nothing }}|null",
        "{{ data.list }}|[{\"x\":1},\"two\"]",
        "{{ data.empty }}|{}",
        "{{ data.a.b.c }}|\"deep\"",
        "{{ data.a[\"odd key\"] }}|\"odd\"",
        "{{ data.a.7 }}|\"seven\"",
        "{{ data.list[0].x }}|1",
        "{{ data.list.1 }}|\"two\"",
        "{{ event.id }}|\"e-1\"",
        "{{ event.partitionkey }}|\"k 1\"",
        "no template|\"no template\"",
        "''|\"\"",
        "{{ data.n }}{{ data.n }}|\"77\"",
        "n={{ data.n }}, {{ event.subject }} }}|\"n=7, order/7 }}\"",
        "' {{ data.price }}'|\" 12.50\"",
        "{{ data.yes }}!|\"true!\"",
      })
  void wholeTemplatesKeepTheirTypeAndOthersAreTexts(String template, String value) {
    assertThat(Template.parse(template).value(EVENT).toString()).isEqualTo(value);
  }

  @Test
  void whatTheEventHoldsIsNoTemplate() {
    assertThat(Template.parse("{{ data.text }}").text(EVENT)).isEqualTo("{{ data.n }}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{{ data.m }}|the event has no `data.m`",
        "x{{ data.n.o }}|no `data.n.o`",
        "{{ data.list[2] }}|no `data.list[2]`",
        "{{ data.list.x }}|no `data.list.x`",
        "{{ event.time }}|no `event.time`",
        "{{ data.empty }}-|`data.empty` is an object",
        "{{ data.list }}-|is a list",
        "-{{ data.nothing }}|is null",
      })
  void whatIsMissingOrDoesNotFitIsNamed(String template, String reason) {
    assertThatThrownBy(() -> Template.parse(template).value(EVENT))
        .isInstanceOf(TemplateFailure.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{{ data.a|The `{{` at position 1 has no `}}`.",
        "ab{{|at position 3",
        "{{ }}|must name a field",
        "{{ 7 }}|must name a field",
        "{{ event.idd }}|`event` has no field `idd`. Did you mean `event.id`?",
        "{{ event.data }}|Write `{{ data }}`.",
        "{{ event }}|must name one attribute of the event: id, source, type, subject, time,",
        "{{ event.id.x }}|must name one attribute",
        "{{ events.id }}|There is no `events` in templates. Did you mean `event`?",
        "{{ subject }}|Did you mean `event.subject`?",
        "{{ webhook.url }}|There are `event` (id, source, type, subject, time, partitionkey) and `data`.",
        "{{ data. }}|makes no sense from `.` on",
        "{{ data..a }}|makes no sense from `..a` on",
        "{{ data.a ? 1 : 2 }}|makes no sense from ` ? 1 : 2` on",
        "{{ data.a.upper() }}|makes no sense from `()` on",
        "{{ {{ data.a }}|must name a field",
        "{{ data[x] }}|from `[x]` on",
      })
  void mistakesSayWhatToDo(String template, String detail) {
    assertThat(Template.problem(template))
        .hasValueSatisfying(problem -> assertThat(problem).contains(detail));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{{", "{{ data", "{{ data[", "{{ data.a", "[", "{"})
  @Timeout(value = 5, unit = TimeUnit.SECONDS)
  void longNonsenseIsRefusedQuicklyAndBriefly(String beginning) {
    String nonsense = "{{ " + beginning.repeat(100_000);
    assertThat(Template.problem(nonsense))
        .hasValueSatisfying(problem -> assertThat(problem).hasSizeLessThan(400));
  }

  @Test
  void inputIsFilledAllOver() throws Exception {
    JsonNode input =
        StoredJson.read(
            """
            {"n":"{{ data.n }}","fixed":1.50,"list":["{{ event.type }}",{"deep":"a-{{ data.a.b.c }}"}],"no":null}
            """);
    assertThat(WorkflowInput.fill(input, EVENT).toString())
        .isEqualTo(
            "{\"n\":7,\"fixed\":1.50,\"list\":[\"order.paid\",{\"deep\":\"a-deep\"}],\"no\":null}");
  }

  @Test
  void smallInputsDoNotGrowWithoutBound() throws Exception {
    EventContext large =
        new EventContext(
            "1", "s", "t", null, null, null, "{\"data\":\"" + "x".repeat(200_000) + "\"}");
    String item = "\"{{ data }}\"";
    JsonNode few = StoredJson.read("[" + item + "," + item + "]");
    assertThat(WorkflowInput.fill(few, large).toString()).hasSizeGreaterThan(400_000);
    JsonNode many = StoredJson.read("[" + (item + ",").repeat(999) + item + "]");
    assertThatThrownBy(() -> WorkflowInput.fill(many, large))
        .isInstanceOf(TemplateFailure.class)
        .hasMessageContaining("524288");
  }

  @Test
  void dataThatIsNotThereOrCannotBeReadIsMissing() {
    EventContext without = new EventContext("1", "s", "t", null, null, null, "{\"id\":\"1\"}");
    assertThatThrownBy(() -> Template.parse("{{ data }}").value(without))
        .hasMessageContaining("no `data`");
    EventContext deep =
        new EventContext("1", "s", "t", null, null, null, "{\"data\":" + "[".repeat(5000));
    assertThatThrownBy(() -> Template.parse("{{ data }}").value(deep))
        .isInstanceOf(TemplateFailure.class);
  }
}
