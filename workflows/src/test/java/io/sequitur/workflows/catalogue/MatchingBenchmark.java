package io.sequitur.workflows.catalogue;

import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Measures what matching one event costs; runs only when it is named: {@code mvn -pl workflows test
 * -Dtest=MatchingBenchmark}.
 */
final class MatchingBenchmark {
  private static final int EVENTS = 200_000;
  private static final String TYPE = "com.acme.shop.order.created";

  @Test
  void measure() {
    System.out.println(
        "| triggers that do not match | exact, ns | `prefix.*`, ns | `*.suffix`, ns |");
    System.out.println("| --- | --- | --- | --- |");
    for (int others : new int[] {10, 1_000, 100_000}) {
      System.out.printf(
          Locale.ROOT,
          "| %,d | %d | %d | %d |%n",
          others,
          nanos(others, i -> "com.acme.other.t" + i),
          nanos(others, i -> "com.acme.s" + i + ".*"),
          nanos(others, i -> "*.t" + i));
    }
  }

  private static long nanos(int others, IntFunction<String> pattern) {
    TriggerMatcher matcher =
        new TriggerMatcher(
            IntStream.rangeClosed(0, others)
                .mapToObj(i ->
                    new TriggerRule(
                        "r" + i,
                        List.of(EventPattern.of(i == 0 ? "com.acme.shop.*" : pattern.apply(i))),
                        null,
                        List.of()))
                .toList());
    EventView event = new EventView("1", TYPE, "/s", null, null, null, "{}");
    long matched = 0;
    long started = 0;
    for (int i = -EVENTS; i < EVENTS; i++) {
      if (i == 0) {
        started = System.nanoTime();
      }
      matched += matcher.match(event).size();
    }
    long nanos = (System.nanoTime() - started) / EVENTS;
    if (matched != 2L * EVENTS) {
      throw new AssertionError("each event matches once, not " + matched);
    }
    return nanos;
  }
}
