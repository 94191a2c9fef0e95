package io.sequitur.workflows.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class EventPatternTest {
  @ParameterizedTest
  @CsvSource({
    "com.github.push, com.github.push",
    "com.github.*, com.github.push",
    "com.github.*, com.github.issues.opened",
    "com.github.*, com.github.",
    "*, anything",
    "**, anything",
    "*.opened, com.github.issues.opened",
    "com.*.opened, com.github.issues.opened",
    "a*b*c, abc",
    "a*b*c, aXbbYc",
    "a*ab, aab",
    "*a*a*, aa",
    "sequitur.*, sequitur.webhook.updated",
    "sequitur.webhook.updated, sequitur.webhook.updated",
    "sequitur.*.updated, sequitur.webhook.updated",
    "*, sequitur",
    "sequitur*, sequiturs"
  })
  void patternMatchesType(String pattern, String type) {
    assertThat(EventPattern.of(pattern).matches(type)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "com.github.push, com.github.pushed",
    "com.github.push, com.github.PUSH",
    "com.github.push, comXgithubXpush",
    "com.github.*, com.github",
    "com.github.*, com.gitlab.push",
    "a*a, a",
    "ab*ba, aba",
    "a*b*c, acb",
    "*.opened, opened",
    "a.b, aXb",
    "*, sequitur.webhook.updated",
    "sequitur*, sequitur.webhook.updated",
    "*.updated, sequitur.webhook.updated",
    "seq*.updated, sequitur.webhook.updated"
  })
  void patternDoesNotMatchType(String pattern, String type) {
    assertThat(EventPattern.of(pattern).matches(type)).isFalse();
  }

  @Test
  void agreesWithARegularExpressionOnRandomPatterns() {
    long seed = 20_260_131;
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      String pattern = letters(random, "ab*", 1 + random.nextInt(6));
      String type = letters(random, "ab", 1 + random.nextInt(8));
      String regex = pattern.replace("*", ".*");
      assertThat(EventPattern.of(pattern).matches(type))
          .as("%s on %s, seed %d", pattern, type, seed)
          .isEqualTo(Pattern.matches(regex, type));
    }
  }

  @Test
  void hostilePatternCostsNoMoreThanItsLength() {
    EventPattern pattern = EventPattern.of("a*".repeat(120) + "b");
    String type = "a".repeat(254);
    Assertions.assertTimeout(
        Duration.ofSeconds(20),
        () -> {
          for (int i = 0; i < 10_000; i++) {
            assertThat(pattern.matches(type)).isFalse();
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\n", "a\u0000", " a"})
  void uselessPatternsAreRefusedWithASentence(String text) {
    assertThat(EventPattern.problem(text)).hasValueSatisfying(s -> assertThat(s).endsWith("."));
    assertThatThrownBy(() -> EventPattern.of(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void lengthOfPatternsIsLimited() {
    assertThat(EventPattern.problem("x".repeat(255))).isEmpty();
    assertThat(EventPattern.problem("x".repeat(256))).isPresent();
  }

  private static String letters(Random random, String alphabet, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }
}
