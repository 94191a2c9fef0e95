package io.sequitur.activities.catalogue;

import io.sequitur.db.catalogue.RoutingRule;
import io.sequitur.workflows.catalogue.EventFilter;
import io.sequitur.workflows.catalogue.EventPattern;
import java.util.Optional;

/** Whether routing can use a rule: hand-written SQL may have put anything there. */
final class RuleCheck {
  private RuleCheck() {}

  /** Why not. */
  static Optional<String> problem(RoutingRule rule) {
    try {
      rule.events().forEach(EventPattern::of);
      if (rule.filter() != null) {
        EventFilter.compile(rule.filter());
      }
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
