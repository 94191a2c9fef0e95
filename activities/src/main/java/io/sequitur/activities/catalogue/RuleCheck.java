package io.sequitur.activities.catalogue;

import io.sequitur.db.catalogue.RoutingRule;
import io.sequitur.workflows.catalogue.StoredTrigger;
import java.util.Optional;

/** Whether routing can use a rule: hand-written SQL may have put anything there. */
final class RuleCheck {
  private RuleCheck() {}

  /** Why not. */
  static Optional<String> problem(RoutingRule rule) {
    try {
      StoredTrigger unused =
          StoredTrigger.compile(
              rule.name(),
              rule.events(),
              rule.filter(),
              rule.condition(),
              rule.actions(),
              rule.webhooks());
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
