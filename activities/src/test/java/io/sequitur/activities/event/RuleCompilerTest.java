package io.sequitur.activities.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.activities.event.RuleCompiler.CompiledRule;
import io.sequitur.activities.event.RuleCompiler.TenantRules;
import io.sequitur.db.catalogue.RoutingRule;
import io.sequitur.workflows.catalogue.EventPattern;
import io.sequitur.workflows.catalogue.TriggerRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class RuleCompilerTest {
  private static final int MANY = 11_000;

  private final List<String> compiled = new ArrayList<>();
  private final RuleCompiler compiler =
      new RuleCompiler(rule -> {
        compiled.add(rule.name());
        return rule.name().equals("broken")
            ? Optional.empty()
            : Optional.of(
                new CompiledRule(
                    new TriggerRule(
                        rule.name(),
                        rule.events().stream().map(EventPattern::of).toList(),
                        null,
                        rule.webhooks()),
                    null));
      });

  @Test
  void changeOfOneOfManyRulesCompilesThatOne() {
    List<RoutingRule> rules = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      rules.add(rule("a", "r" + i, 1));
    }
    rules.add(rule("b", "other", 1));
    Map<String, TenantRules> first = compiler.compile(rules);
    assertThat(compiled).hasSize(MANY + 1);

    compiled.clear();
    rules.set(7, rule("a", "r7", 2));
    Map<String, TenantRules> second = compiler.compile(List.copyOf(rules));

    assertThat(compiled).containsExactly("r7");
    assertThat(second.get("b")).isSameAs(first.get("b"));
    assertThat(second.get("a")).isNotSameAs(first.get("a"));
  }

  @Test
  void whatIsInvalidIsNotTriedAgainUntilItChanges() {
    compiler.compile(List.of(rule("a", "broken", 1), rule("a", "whole", 1)));
    compiler.compile(List.of(rule("a", "broken", 1), rule("a", "whole", 1)));
    assertThat(compiled).containsExactly("broken", "whole");
    assertThat(compiler.compile(List.of(rule("a", "broken", 2)))).isEmpty();
    assertThat(compiled).containsExactly("broken", "whole", "broken");
  }

  @Test
  void whatIsGoneIsForgotten() {
    compiler.compile(List.of(rule("a", "r", 1)));
    assertThat(compiler.compile(List.of())).isEmpty();
    compiler.compile(List.of(rule("a", "r", 1)));
    assertThat(compiled).containsExactly("r", "r");
  }

  private static RoutingRule rule(String tenant, String name, long webhook) {
    return new RoutingRule(
        tenant, name, List.of("com.*"), null, List.of(webhook), null, null, null);
  }
}
