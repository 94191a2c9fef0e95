package io.sequitur.activities.catalogue;

import io.sequitur.db.catalogue.RoutingRule;
import io.sequitur.workflows.catalogue.StoredTrigger;
import java.util.Optional;

/** Makes rules ready for routing: hand-written SQL may have put anything there. */
public final class StoredRules {
  private StoredRules() {}

  /**
   * The trigger behind a rule.
   *
   * @throws IllegalArgumentException saying which part is wrong
   */
  public static StoredTrigger compile(RoutingRule rule) {
    return StoredTrigger.compile(
        rule.name(),
        rule.events(),
        rule.filter(),
        rule.condition(),
        rule.actions(),
        rule.webhooks());
  }

  /** Why routing cannot use it. */
  static Optional<String> problem(RoutingRule rule) {
    try {
      StoredTrigger unused = compile(rule);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }
}
