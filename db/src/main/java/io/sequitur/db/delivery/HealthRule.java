package io.sequitur.db.delivery;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What results of attempts make of a webhook: the rule stands where there is no SQL. */
@FunctionalInterface
public interface HealthRule {
  /**
   * Called within the transaction that records the results.
   *
   * @param results of this webhook, in the order they came
   */
  Move after(Health before, List<AttemptRow> results);

  /**
   * What follows.
   *
   * @param breaker as it is from now on
   * @param unused how many attempts that the breaker let through were not made
   * @param why the failure that moved it; null when none did
   * @param disable why the webhook is disabled from now on; null when it is not
   * @param enable whether it is disabled no more
   */
  record Move(
      BreakerRow breaker,
      int unused,
      @Nullable String why,
      @Nullable String disable,
      boolean enable) {}
}
