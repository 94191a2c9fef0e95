package io.sequitur.activities.event;

import io.sequitur.db.catalogue.RoutingRule;
import io.sequitur.workflows.catalogue.TriggerMatcher;
import io.sequitur.workflows.catalogue.TriggerRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Compiles rules, for each tenant its own. What is equal to a rule of the time before is not
 * compiled again, so a change costs what changed. Not thread-safe.
 */
final class RuleCompiler {
  private final Function<RoutingRule, Optional<CompiledRule>> compile;
  private Map<RoutingRule, Optional<CompiledRule>> compiled = Map.of();
  private Map<String, TenantRules> tenants = Map.of();

  /** A trigger's rule, and its condition if it has one. */
  record CompiledRule(TriggerRule rule, ConditionRules.@Nullable Rule condition) {}

  /**
   * What one tenant's events are held against.
   *
   * @param conditions null if no trigger has one
   */
  record TenantRules(
      List<CompiledRule> rules, TriggerMatcher matcher, @Nullable ConditionRules conditions) {
    static TenantRules of(List<CompiledRule> rules) {
      List<ConditionRules.Rule> conditions =
          rules.stream().map(CompiledRule::condition).filter(Objects::nonNull).toList();
      return new TenantRules(
          rules,
          new TriggerMatcher(rules.stream().map(CompiledRule::rule).toList()),
          conditions.isEmpty() ? null : new ConditionRules(conditions));
    }
  }

  /**
   * @param compile asked once for each rule that is new; empty if it is invalid
   */
  RuleCompiler(Function<RoutingRule, Optional<CompiledRule>> compile) {
    this.compile = compile;
  }

  /** These rules, which are all there are, by tenant. */
  Map<String, TenantRules> compile(List<RoutingRule> rules) {
    Map<RoutingRule, Optional<CompiledRule>> now = new HashMap<>();
    Map<String, List<CompiledRule>> byTenant = new HashMap<>();
    for (RoutingRule rule : rules) {
      Optional<CompiledRule> known = compiled.get(rule);
      Optional<CompiledRule> made = known == null ? compile.apply(rule) : known;
      now.put(rule, made);
      made.ifPresent(
          valid -> byTenant.computeIfAbsent(rule.tenant(), absent -> new ArrayList<>()).add(valid));
    }
    Map<String, TenantRules> before = tenants;
    Map<String, TenantRules> after = new HashMap<>();
    byTenant.forEach((tenant, valid) -> after.put(tenant, tenant(before.get(tenant), valid)));
    compiled = now;
    tenants = Map.copyOf(after);
    return tenants;
  }

  private static TenantRules tenant(@Nullable TenantRules before, List<CompiledRule> rules) {
    return before != null && before.rules.equals(rules) ? before : TenantRules.of(rules);
  }
}
