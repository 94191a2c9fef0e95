package io.sequitur.workflows.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.workflows.catalogue.MatchExplanation.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class TriggerMatcherTest {
  @Test
  void matchesComeSortedByNameAndEachOnce() {
    TriggerMatcher matcher =
        new TriggerMatcher(
            List.of(
                rule("c", null, "com.github.*", "com.*", "*"),
                rule("a", null, "com.github.push"),
                rule("b", null),
                rule("d", null, "com.gitlab.*"),
                rule("e", "data.n == 2", "com.github.push")));
    assertThat(names(matcher.match(event("com.github.push", "{\"n\":1}"))))
        .containsExactly("a", "b", "c");
    assertThat(names(matcher.match(event("com.github.push", "{\"n\":2}"))))
        .containsExactly("a", "b", "c", "e");
  }

  @Test
  void filterThatFailsIsNoMatch() {
    TriggerMatcher matcher = new TriggerMatcher(List.of(rule("a", "data.missing == 1", "t")));
    assertThat(matcher.match(event("t", "{}"))).isEmpty();
  }

  @Test
  void ownTypesNeedAPatternThatSaysSo() {
    TriggerMatcher matcher =
        new TriggerMatcher(
            List.of(
                rule("all", null),
                rule("star", null, "*"),
                rule("near", null, "sequitur*"),
                rule("own", null, "sequitur.webhook.*")));
    assertThat(names(matcher.match(event("sequitur.webhook.updated", "{}"))))
        .containsExactly("own");
  }

  @Test
  void noRulesMatchNothing() {
    assertThat(new TriggerMatcher(List.of()).match(event("t", "{}"))).isEmpty();
  }

  @Test
  void indexFindsExactlyWhatAskingEveryRuleFinds() {
    long seed = 4711;
    Random random = new Random(seed);
    List<TriggerRule> rules = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      String[] patterns = new String[random.nextInt(4)];
      Arrays.setAll(patterns, p -> letters(random, "ab.*"));
      rules.add(rule("r" + i, null, patterns));
    }
    TriggerMatcher matcher = new TriggerMatcher(rules);
    for (int i = 0; i < 100; i++) {
      EventView event = event(letters(random, "ab."), "{}");
      assertThat(matcher.match(event))
          .as("type %s, seed %d", event.type(), seed)
          .containsExactlyInAnyOrderElementsOf(
              rules.stream().filter(rule -> rule.selects(event.type())).toList());
    }
  }

  @Test
  void explanationSaysWhatDecided() {
    EventView event = event("com.github.push", "{\"n\":1}");
    assertThat(MatchExplanation.of(rule("r", null, "a", "com.*"), event))
        .isEqualTo(
            new MatchExplanation(
                Verdict.MATCHES,
                "The type `com.github.push` matches the pattern `com.*`.",
                "com.*",
                null));
    assertThat(MatchExplanation.of(rule("r", "data.n == 1"), event).sentence())
        .isEqualTo("The trigger takes all user events, and the filter is true.");
    assertThat(MatchExplanation.of(rule("r", null, "a", "b.*"), event))
        .isEqualTo(
            new MatchExplanation(
                Verdict.OTHER_TYPE,
                "The type `com.github.push` matches none of the patterns `a`, `b.*`.",
                null,
                null));
    MatchExplanation rejected = MatchExplanation.of(rule("r", "data.n == 2", "com.*"), event);
    assertThat(rejected.verdict()).isEqualTo(Verdict.FILTER_FALSE);
    assertThat(rejected.sentence()).isEqualTo("The filter `data.n == 2` is false.");
    assertThat(rejected.filter()).isNotNull();
    MatchExplanation failed = MatchExplanation.of(rule("r", "data.m == 2", "com.*"), event);
    assertThat(failed.verdict()).isEqualTo(Verdict.FILTER_FAILED);
    assertThat(failed.sentence()).contains("`data.m == 2`", "'m' is not present", "character 5");
  }

  @Test
  void explanationGuessesWhatWasMeant() {
    assertThat(explained("com.github.push", "com.github.psuh"))
        .endsWith("Did you mean `com.github.psuh`?");
    assertThat(explained("com.github.push", "com.github"))
        .endsWith("`com.github` is that one type; did you mean `com.github.*`?");
    assertThat(explained("com.github.push", "com.gihtub.*"))
        .endsWith("The closest is `com.gihtub.*`, but the type begins with `com.github.`.");
    assertThat(explained("com.github.push", "org.gitlab.*")).endsWith("`org.gitlab.*`.");
  }

  private static String explained(String type, String pattern) {
    return MatchExplanation.of(rule("r", null, pattern), event(type, "{}")).sentence();
  }

  @Test
  void explanationSaysThatOwnTypesNeedTheirOwnPattern() {
    EventView own = event("sequitur.webhook.updated", "{}");
    assertThat(MatchExplanation.of(rule("r", null, "*"), own).sentence())
        .contains("begins with `sequitur.`");
    assertThat(MatchExplanation.of(rule("r", null), own).verdict()).isEqualTo(Verdict.OTHER_TYPE);
  }

  private static TriggerRule rule(String name, @Nullable String filter, String... patterns) {
    return new TriggerRule(
        name,
        Arrays.stream(patterns).map(EventPattern::of).toList(),
        filter == null ? null : EventFilter.compile(filter),
        List.of(1L));
  }

  private static EventView event(String type, String data) {
    return new EventView("1", type, "/s", null, null, null, "{\"data\":" + data + "}");
  }

  private static List<String> names(List<TriggerRule> rules) {
    return rules.stream().map(TriggerRule::name).toList();
  }

  private static String letters(Random random, String alphabet) {
    StringBuilder text = new StringBuilder();
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }
}
