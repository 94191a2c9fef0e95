package io.sequitur.activities.event;

import io.sequitur.db.catalogue.RoutingRule;
import io.sequitur.workflows.catalogue.TriggerMatcher;
import io.sequitur.workflows.catalogue.TriggerRule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes matchers of rules, one for each tenant. What is equal to a rule of the time before is not
 * compiled again, so a change costs what changed. Not thread-safe.
 */
final class RuleCompiler {
  private final Function<RoutingRule, Optional<TriggerRule>> compile;
  private Map<RoutingRule, Optional<TriggerRule>> compiled = Map.of();
  private Map<String, TenantRules> tenants = Map.of();

  private record TenantRules(List<TriggerRule> rules, TriggerMatcher matcher) {}

  /**
   * @param compile asked once for each rule that is new; empty if it is invalid
   */
  RuleCompiler(Function<RoutingRule, Optional<TriggerRule>> compile) {
    this.compile = compile;
  }

  /** The matchers of these rules, which are all there are, by tenant. */
  Map<String, TriggerMatcher> matchers(List<RoutingRule> rules) {
    Map<RoutingRule, Optional<TriggerRule>> now = new HashMap<>();
    Map<String, List<TriggerRule>> byTenant = new HashMap<>();
    for (RoutingRule rule : rules) {
      Optional<TriggerRule> known = compiled.get(rule);
      Optional<TriggerRule> made = known == null ? compile.apply(rule) : known;
      now.put(rule, made);
      made.ifPresent(
          valid -> byTenant.computeIfAbsent(rule.tenant(), absent -> new ArrayList<>()).add(valid));
    }
    Map<String, TenantRules> before = tenants;
    Map<String, TenantRules> after = new HashMap<>();
    byTenant.forEach((tenant, valid) -> after.put(tenant, tenant(before.get(tenant), valid)));
    compiled = now;
    tenants = after;
    Map<String, TriggerMatcher> matchers = new HashMap<>();
    after.forEach((tenant, its) -> matchers.put(tenant, its.matcher));
    return Map.copyOf(matchers);
  }

  private static TenantRules tenant(@Nullable TenantRules before, List<TriggerRule> rules) {
    return before != null && before.rules.equals(rules)
        ? before
        : new TenantRules(rules, new TriggerMatcher(rules));
  }
}
