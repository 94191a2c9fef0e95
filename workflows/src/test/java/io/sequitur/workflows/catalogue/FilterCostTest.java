package io.sequitur.workflows.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What hostile filters on large events cost, in steps: a count that no machine changes. */
final class FilterCostTest {
  private static final EventView LARGE =
      event(
          "{\"ints\":[%s1],\"objects\":[%s{}],\"text\":\"%s\",\"other\":\"%s\",\"digits\":\"%s\"}"
              .formatted(
                  "1,".repeat(10_000),
                  "{\"n\":1,\"m\":\"abcdefgh\"},".repeat(4_000),
                  "a".repeat(60_000),
                  "a".repeat(59_999) + "b",
                  "9".repeat(9_000)));

  static Stream<String> endless() {
    return Stream.of(
        "data.ints.all(a, true)",
        "data.ints.all(a, data.ints.all(b, data.ints.all(c, a == b && b == c)))",
        "data.ints.filter(a, true) == []",
        "data.objects.exists(o, o.missing == 1)",
        "data.objects.exists(o, o.n.deeper == 1)",
        "data.objects.exists(o, has(o.n.deeper))",
        "data.objects.exists(o, o.n)",
        "data.objects.exists(o, o.n || o.n || o.n)",
        "data.objects.exists(o, o < 'a')",
        "data.objects.exists(o, 1 / (o.n - 1) == 1)",
        "data.objects.exists(o, data.ints[100000] == 1)",
        "data.objects.exists(o, int(o.m) == 1)",
        "data.objects.exists(o, o.n.exists(x, x == 1))",
        "data.objects.exists(o, o.n ? true : false)",
        "data.objects.exists(o, 2 in data.ints)",
        "data.objects.exists(o, data.objects == data.objects && false)",
        "data.objects.exists(o, data.text == data.other)",
        "data.objects.exists(o, data.other < data.text)",
        "data.objects.exists(o, data.text.size() == 1)",
        "data.objects.exists(o, data.text.contains('ab'))",
        "data.objects.exists(o, bytes(data.text) == b'')",
        "data.objects.exists(o, double(data.digits) == 1.0)",
        "data.objects.exists(o, timestamp('2026-01-31T12:00:00Z').getHours(data.text) == 1)",
        "data.objects.exists(o, o.m + o.m + o.m + o.m + o.m == '')",
        "data.text.contains(data.other)",
        "data.text.contains('" + "a".repeat(500) + "b')",
        "data.text.matches('(a*)*b')",
        "data.text.matches('(a?){300}b')",
        "data.objects.exists(o, o.m.matches('(a?){300}z'))",
        "data.ints == data.ints && data.objects == data.objects && data.ints == data.ints",
        "data.x == 1 || ".repeat(270) + "false",
        "data.ints.x || ".repeat(270) + "false",
        "data.text || ".repeat(310) + "false",
        "1/0 == 1 || ".repeat(330) + "false");
  }

  @ParameterizedTest
  @MethodSource("endless")
  void evaluationEndsWhenItHasCostTooMuch(String expression) {
    EventFilter filter = EventFilter.compile(expression);
    long started = System.nanoTime();
    FilterResult result = filter.evaluate(LARGE);
    System.out.printf("%6d us  %s%n", (System.nanoTime() - started) / 1000, shortened(expression));
    assertThat(result).isInstanceOf(FilterResult.Failed.class);
    assertThat(Evaluation.current().steps()).isGreaterThan(Evaluation.MOST_STEPS);
  }

  @Test
  void whoeverPaysTooMuchIsToldWhatToDo() {
    assertThat(EventFilter.compile("data.ints.all(i, i == 1)").evaluate(LARGE))
        .isInstanceOfSatisfying(
            FilterResult.Failed.class,
            failed ->
                assertThat(failed.reason())
                    .contains("more than " + Evaluation.MOST_STEPS + " steps")
                    .contains("something cheaper first"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "data.text == data.other || true",
        "data.objects.exists(o, o.m == 'abcdefgh')",
        "data.ints.exists(i, i == 1)",
        "data != null",
        "data.text.startsWith('aaa') && data.text.endsWith('aaa')",
        "data.text.contains('aaa')",
        "size(data.objects) == 4001",
        "'digits' in data",
        "!has(data.missing) && has(data.text)"
      })
  void largeEventsAreNoReasonToFail(String expression) {
    assertThat(EventFilter.compile(expression).evaluate(LARGE))
        .isEqualTo(new FilterResult.Passed());
    assertThat(Evaluation.current().steps()).isLessThan(Evaluation.MOST_STEPS);
  }

  @Test
  void usualFiltersCostNextToNothing() {
    EventView event =
        event(
            "{\"action\":\"published\",\"repository\":{\"full_name\":\"acme/shop\"},\"commits\":[%s{}]}"
                .formatted("{\"author\":{\"name\":\"x\"}},".repeat(500)));
    assertThat(steps("data.action == 'published'", event)).isLessThan(10);
    assertThat(steps("data.repository.full_name.matches('^acme/.*')", event)).isLessThan(1_000);
    assertThat(steps("data.commits.exists(c, c.author.name == 'me')", event))
        .isLessThan(Evaluation.MOST_STEPS);
  }

  @Test
  void dataIsNotLookedThroughByNamingIt() {
    assertThat(steps("data.ints[0] == 1", LARGE)).isLessThan(10);
    // CEL takes its own values as they are; others it would convert, leaf by leaf, each time.
    assertThat(LARGE.variable("data")).isInstanceOf(dev.cel.common.values.CelValue.class);
  }

  private static long steps(String expression, EventView event) {
    FilterResult unused = EventFilter.compile(expression).evaluate(event);
    return Evaluation.current().steps();
  }

  private static String shortened(String expression) {
    return expression.substring(0, Math.min(expression.length(), 80));
  }

  private static EventView event(String data) {
    return new EventView("1", "t", "/s", null, null, null, "{\"data\":" + data + "}");
  }
}
