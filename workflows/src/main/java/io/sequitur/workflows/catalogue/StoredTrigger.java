package io.sequitur.workflows.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A trigger as it is stored, compiled. What was saved through the API always can be; what was
 * written past it may not.
 *
 * @param on the types that its {@code on} lets pass
 * @param condition null if it acts on every event that matches
 */
public record StoredTrigger(
    TriggerRule rule, List<EventPattern> on, @Nullable Condition condition) {
  public StoredTrigger {
    on = List.copyOf(on);
  }

  /**
   * Compiles all of it.
   *
   * @param condition in JSON
   * @param actions in JSON; null if it only delivers
   * @param webhooks uids of those that it delivers to
   * @throws IllegalArgumentException saying which part is wrong
   */
  public static StoredTrigger compile(
      String name,
      List<String> events,
      @Nullable String filter,
      @Nullable String condition,
      @Nullable String actions,
      List<Long> webhooks) {
    List<EventPattern> on = events.stream().map(EventPattern::of).toList();
    EventFilter passes = filter == null ? null : EventFilter.compile(filter);
    Condition when = condition == null ? null : condition(condition);
    List<PlannedAction> planned = actions == null ? List.of() : PlannedAction.of(actions);
    List<EventPattern> about = when == null ? on : ConditionReader.patterns(when, on);
    return new StoredTrigger(new TriggerRule(name, about, passes, webhooks, planned), on, when);
  }

  /** Whether its {@code on} lets the type pass. */
  public boolean lets(String type) {
    return on.isEmpty() || on.stream().anyMatch(pattern -> pattern.matches(type));
  }

  private static Condition condition(String stored) {
    try {
      return ConditionReader.of(StoredJson.read(stored));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("its condition is not JSON", e);
    }
  }
}
