package io.sequitur.workflows.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EventFilterTest {
  private static final String DATA =
      """
      {"action":"published","repository":{"full_name":"acme/shop","stars":7,"score":7.5},
       "big":123456789012345678901234567890,"huge":1e1000000,"max":9223372036854775807,
       "one":1.0,"nothing":null,"labels":["bug","p1"],"commits":[{"n":1},{"n":2.5}],
       "flag":true,"at":"2026-01-31T12:00:00Z","text":"%s"}
      """
          .formatted("x".repeat(3000));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "true",
        "data.action == \"published\"",
        "data.repository.full_name == 'acme/shop' && type.startsWith('com.')",
        "id == 'e-1' && source == '/s' && subject == 'sub' && partitionkey == 'key'",
        "timestamp(time) < timestamp('2026-02-01T00:00:00Z')",
        "timestamp(data.at) + duration('1h') == timestamp('2026-01-31T13:00:00Z')",
        "data.repository.stars == 7",
        "data.repository.stars > 6.5",
        "data.repository.score > 7",
        "data.repository.stars + 1 == 8",
        "data.one == 1",
        "data.max == 9223372036854775807",
        "data.big > 9223372036854775807",
        "data.huge > data.big",
        "data.nothing == null",
        "!has(data.missing)",
        "has(data.repository.stars)",
        "'bug' in data.labels",
        "data.labels.exists(l, l.startsWith('p'))",
        "data.commits.all(c, c.n < 3)",
        "data.commits.exists_one(c, c.n == 1)",
        "data.commits.filter(c, c.n > 1).size() == 1",
        "data.labels[1] == 'p1'",
        "data['action'] in ['published', 'edited']",
        "data.repository.full_name.matches('^acme/.*$')",
        "data.action + '!' == 'published!'",
        "data.labels[0] + data.labels[1] == 'bugp1'",
        "data.flag",
        "data.missing == 1 || data.flag"
      })
  void passes(String expression) {
    assertThat(EventFilter.compile(expression).evaluate(event()))
        .isEqualTo(new FilterResult.Passed());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "false",
        "data.action == 'deleted'",
        "data.repository.stars == '7'",
        "data.labels.exists(l, l == 'p2')",
        "data.missing == 1 && false"
      })
  void rejects(String expression) {
    assertThat(EventFilter.compile(expression).evaluate(event()))
        .isEqualTo(new FilterResult.Rejected());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "data.missing == 1|missing",
        "data.repository.owner.login == 'x'|owner",
        "data.labels[7] == 'x'|7",
        "data.action|neither true nor false",
        "data.repository.stars + '!' == 'x'|_+_",
        "1 / (data.repository.stars - 7) == 1|zero",
        "data.max + 1 > 0|overflow",
        "timestamp(data.action) < timestamp('2026-02-01T00:00:00Z')|published",
        "data.text + data.text == ''|4096"
      })
  void failsWithAReasonAndDoesNotPass(String expression, String reason) {
    FilterResult result = EventFilter.compile(expression).evaluate(event());
    assertThat(result.passes()).isFalse();
    assertThat(result)
        .isInstanceOfSatisfying(
            FilterResult.Failed.class,
            failed -> assertThat(failed.reason()).contains(reason).hasSizeLessThan(320));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "typ == 'x'|Line 1, column 1|`partitionkey` and `data`",
        "data.a ==|column 10|mismatched input",
        "type|column 1|must be true or false",
        "5|column 1|must be true or false",
        "subject == 5|column 9|no matching overload",
        "id.startsWith(5)|column|no matching overload",
        "nope(id)|column|undeclared reference to 'nope'",
        "data.a.map(x, x) == []|column 11|no `map`",
        "id.matches('(')|column|missing closing )",
        "id.matches('((a{100}){100}){100}')|column|too large",
        "id.matches('(?=a)b')|column|RE2",
        "id.matches(subject)|column 12|must be written here",
        "subject > 5|column 9|no matching overload",
        "subject + 1 == 'a'|column 9|no matching overload",
        "size(subject) == 'a'|column 15|no matching overload",
        "data.x + 1 == 'a'|column 12|no matching overload",
        "Data.a == 1|column 1|undeclared reference to 'Data'",
        "@pay(1)|column 1|token recognition",
        "google.protobuf.Timestamp{seconds: 1} == timestamp(time)|column 26|undeclared",
        "timestamp('yesterday') < timestamp(time)|column|imestamp"
      })
  void mistakesAreFoundWhenTheFilterIsSaved(String expression, String place, String hint) {
    assertThatThrownBy(() -> EventFilter.compile(expression))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(place)
        .hasMessageContaining(hint);
    assertThat(EventFilter.problem(expression)).isPresent();
  }

  @Test
  void placeOfAMistakeNamesTheLine() {
    assertThat(EventFilter.problem("true &&\n  typ == 'x'"))
        .get()
        .asString()
        .contains("Line 2, column 3");
  }

  @Test
  void sizeAndNestingOfFiltersAreLimited() {
    assertThat(EventFilter.problem("true" + " ".repeat(4092))).isEmpty();
    assertThat(EventFilter.problem("true" + " ".repeat(4093))).isPresent();
    assertThat(EventFilter.problem(" ")).isPresent();
    assertThat(EventFilter.problem("(".repeat(1000) + "true" + ")".repeat(1000))).isPresent();
    assertThat(EventFilter.problem("data" + ".a".repeat(1000) + " == 1"))
        .get()
        .asString()
        .contains("recursion limit");
  }

  @Test
  void iterationsOfOneEvaluationAreLimited() {
    String list = "[" + "1,".repeat(199) + "1]";
    EventView event = event("{\"data\":" + list + "}");
    String nested = "data.all(a, data.all(b, data.all(c, a == b && b == c)))";
    assertThat(EventFilter.compile(nested).evaluate(event))
        .isInstanceOfSatisfying(
            FilterResult.Failed.class, failed -> assertThat(failed.reason()).contains("steps"));
  }

  @Test
  void absentAttributesAreEmptyAndAbsentDataIsNull() {
    EventView bare = new EventView("1", "t", "/s", null, null, null, "{\"id\":\"1\"}");
    assertThat(
            EventFilter.compile("subject == '' && time == '' && partitionkey == '' && data == null")
                .evaluate(bare))
        .isEqualTo(new FilterResult.Passed());
  }

  @Test
  void bodyIsNotParsedForFiltersThatDoNotAskForData() {
    EventView broken = event("not json");
    assertThat(EventFilter.compile("type == 'com.example'").evaluate(broken))
        .isEqualTo(new FilterResult.Passed());
    assertThat(EventFilter.compile("data.a == 1").evaluate(broken))
        .isInstanceOfSatisfying(
            FilterResult.Failed.class,
            failed -> assertThat(failed.reason()).contains("cannot be read as JSON"));
  }

  @Test
  void dataIsParsedOnceForAllFilters() {
    EventView event = event();
    assertThat(event.variable("data")).isSameAs(event.variable("data"));
  }

  @Test
  void oneFilterServesManyThreads() throws Exception {
    EventFilter filter = EventFilter.compile("data.n == int(id)");
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      String id = String.valueOf(i);
      calls.add(() ->
          filter
              .evaluate(
                  new EventView(id, "t", "/s", null, null, null, "{\"data\":{\"n\":" + id + "}}"))
              .passes());
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<Boolean> passed : threads.invokeAll(calls)) {
        assertThat(passed.get()).isTrue();
      }
    }
  }

  private static EventView event() {
    return event(
        "{\"specversion\":\"1.0\",\"id\":\"e-1\",\"ext\":{\"data\":1},\"data\":" + DATA + "}");
  }

  private static EventView event(String body) {
    return new EventView(
        "e-1",
        body.contains("e-1") ? "com.x" : "com.example",
        "/s",
        "sub",
        "2026-01-31T12:00:00Z",
        "key",
        body);
  }
}
