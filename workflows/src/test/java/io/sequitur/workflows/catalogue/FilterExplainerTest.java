package io.sequitur.workflows.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.workflows.catalogue.FilterPart.Join;
import io.sequitur.workflows.catalogue.FilterPart.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FilterExplainerTest {
  private static final String DATA =
      """
      {"action":"opened","n":3,"labels":["bug","p1"],"repository":{"owner":null},"flag":true}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "data.action == 'published'|FALSE|data.action was \"opened\"",
        "data.action == data.n|FALSE|data.action was \"opened\", data.n was 3",
        "data.action in ['a', 'b']|FALSE|data.action was \"opened\"",
        "data.n > 2|TRUE|data.n was 3",
        "size(data.labels) > 2|FALSE|data.labels was [\"bug\",\"p1\"]",
        "data.labels.exists(l, l == data.action)|FALSE|data.labels was [\"bug\",\"p1\"], data.action was \"opened\"",
        "!has(data.n)|FALSE|data.n was 3",
        "has(data.missing)|FALSE|data.missing is missing",
        "data.missing == 1|ERROR|data.missing is missing",
        "data.missing.deeper == 1|ERROR|data.missing.deeper is missing",
        "data.action.name == 'x'|ERROR|data.action.name is missing: data.action is \"opened\"",
        "data.labels[7] == 'x'|ERROR|data.labels[7] is missing: data.labels has 2 entries",
        "data.repository.owner == 'x'|FALSE|data.repository.owner was null",
        "data['action'] == 'x'|FALSE|data[\"action\"] was \"opened\"",
        "data.n == '3'|FALSE|data.n was 3",
        "subject == 'x'|FALSE|subject was \"\"",
        "data.flag ? data.n == 1 : true|FALSE|data.flag was true, data.n was 3"
      })
  void partSaysWhatItComparedWith(String filter, Outcome outcome, String values) {
    FilterPart part = explain(filter);
    assertThat(part.outcome()).isEqualTo(outcome);
    assertThat(part.values().stream().map(FilterPart.Seen::sentence).toList())
        .isEqualTo(List.of(values.split(", (?=data)")));
  }

  @Test
  void conjunctsAreToldApart() {
    FilterPart whole = explain("data.action == 'opened' && data.n > 5 && data.x == 1");
    assertThat(whole.outcome()).isEqualTo(Outcome.FALSE);
    assertThat(whole.join()).isEqualTo(Join.ALL);
    assertThat(whole.parts().stream().map(FilterPart::outcome).toList())
        .containsExactly(Outcome.TRUE, Outcome.FALSE, Outcome.ERROR);
    assertThat(whole.parts().stream().map(FilterPart::expression).toList())
        .containsExactly("data.action == \"opened\"", "data.n > 5", "data.x == 1");
  }

  @Test
  void alternativesAndNegationsKeepTheirShape() {
    FilterPart whole = explain("!(data.n == 1 || data.n == 3) || has(data.a.b)");
    assertThat(whole.join()).isEqualTo(Join.ANY);
    FilterPart not = whole.parts().getFirst();
    assertThat(not.join()).isEqualTo(Join.NOT);
    assertThat(not.outcome()).isEqualTo(Outcome.FALSE);
    assertThat(not.parts().getFirst().parts().stream().map(FilterPart::outcome).toList())
        .containsExactly(Outcome.FALSE, Outcome.TRUE);
    assertThat(whole.outcome()).isEqualTo(Outcome.ERROR);
  }

  @Test
  void wrongTypeIsSaidToBeOne() {
    FilterPart part = explain("data.action > 5");
    assertThat(part.outcome()).isEqualTo(Outcome.ERROR);
    assertThat(part.problem()).contains("No matching overload").contains("_>_");
  }

  @Test
  void longValuesAreShortened() {
    EventView event = event("{\"t\":\"" + "x".repeat(100_000) + "\"}");
    EventFilter filter = EventFilter.compile("data.t == 'a' || data == null");
    FilterPart part = filter.explain(event, filter.evaluate(event));
    assertThat(part.toString()).hasSizeLessThan(1000).contains("…");
  }

  @Test
  void explanationNeverDisagreesWithTheMatch() {
    long seed = 20261121;
    Random random = new Random(seed);
    int decided = 0;
    for (int i = 0; i < 400; i++) {
      EventFilter filter = EventFilter.compile(expression(random, 3));
      for (String data : datas()) {
        EventView event = event(data);
        FilterResult result = filter.evaluate(event);
        FilterPart part =
            new FilterExplainer(FilterLanguage.check(filter.toString()), event).part();
        assertThat(part.outcome())
            .as("%s with %s, seed %d", filter, data, seed)
            .isEqualTo(outcome(result));
        TriggerRule rule = new TriggerRule("t", List.of(), filter, List.of());
        MatchExplanation explanation = MatchExplanation.of(rule, event);
        assertThat(explanation.matches())
            .isEqualTo(!new TriggerMatcher(List.of(rule)).match(event).isEmpty());
        decided += result.passes() ? 1 : 0;
      }
    }
    // Otherwise the test says little.
    assertThat(decided).isBetween(100, 1500);
  }

  private static Outcome outcome(FilterResult result) {
    return switch (result) {
      case FilterResult.Passed passed -> Outcome.TRUE;
      case FilterResult.Rejected rejected -> Outcome.FALSE;
      case FilterResult.Failed failed -> Outcome.ERROR;
    };
  }

  private static List<String> datas() {
    return List.of(
        "{\"a\":1,\"b\":\"x\",\"l\":[1,2]}",
        "{\"a\":\"1\",\"b\":true,\"l\":[]}",
        "{\"a\":null,\"l\":{\"k\":1}}",
        "[1]");
  }

  private static String expression(Random random, int depth) {
    if (depth == 0 || random.nextInt(4) == 0) {
      List<String> leaves =
          List.of(
              "data.a == 1",
              "data.b == 'x'",
              "data.a > 0",
              "has(data.b)",
              "data.b",
              "data.l.exists(e, e == 2)",
              "data.l.all(e, e > 0)",
              "data[0] == 1",
              "'k' in data.l",
              "type == 't'",
              "size(data.l) > 1",
              "!data.b",
              "true");
      return leaves.get(random.nextInt(leaves.size()));
    }
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < 2 + random.nextInt(2); i++) {
      parts.add(expression(random, depth - 1));
    }
    String joined = "(" + String.join(random.nextBoolean() ? " && " : " || ", parts) + ")";
    return random.nextInt(4) == 0 ? "!" + joined : joined;
  }

  private static FilterPart explain(String filter) {
    EventFilter compiled = EventFilter.compile(filter);
    return compiled.explain(event(DATA), compiled.evaluate(event(DATA)));
  }

  private static EventView event(String data) {
    return new EventView("1", "t", "/s", null, null, null, "{\"data\":" + data + "}");
  }
}
