package io.sequitur.workflows.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Counts the patterns that are asked about a type: it must not grow with the catalogue. */
final class PatternIndexTest {
  private static final String TYPE = "com.acme.shop.order.created";

  @Test
  void exactPatternsOfOtherTypesAreNotAsked() {
    assertIndependent(i -> "com.acme.shop.order.created" + i);
  }

  @Test
  void wildcardsThatBeginOtherwiseAreNotAsked() {
    assertIndependent(i -> "com.acme.s" + i + ".*");
  }

  @Test
  void wildcardsThatEndOtherwiseAreNotAsked() {
    assertIndependent(i -> "*.created" + i);
  }

  @Test
  void wildcardsInTheMiddleThatEndOtherwiseAreNotAsked() {
    assertIndependent(i -> "com.acme.*.created" + i);
  }

  private static void assertIndependent(IntFunction<String> pattern) {
    for (int others : new int[] {10, 1_000, 20_000}) {
      TriggerMatcher matcher =
          new TriggerMatcher(
              IntStream.rangeClosed(0, others)
                  .mapToObj(i -> rule(i, i == 0 ? "com.acme.*" : pattern.apply(i)))
                  .toList());
      assertThat(matcher.candidates(TYPE)).as("with %d others", others).hasSize(1);
      assertThat(matcher.match(new EventView("1", TYPE, "/s", null, null, null, "{}"))).hasSize(1);
    }
  }

  private static TriggerRule rule(int number, String pattern) {
    return new TriggerRule("r" + number, List.of(EventPattern.of(pattern)), null, List.of());
  }
}
