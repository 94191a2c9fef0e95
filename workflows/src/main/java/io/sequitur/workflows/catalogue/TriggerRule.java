package io.sequitur.workflows.catalogue;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What of a trigger decides whether an event starts it.
 *
 * @param patterns any of them; none: all types but the engine's own
 * @param webhooks uids of the webhooks it delivers to
 * @param actions what it does besides
 */
public record TriggerRule(
    String name,
    List<EventPattern> patterns,
    @Nullable EventFilter filter,
    List<Long> webhooks,
    List<PlannedAction> actions) {
  public TriggerRule {
    patterns = List.copyOf(patterns);
    webhooks = List.copyOf(webhooks);
    actions = List.copyOf(actions);
  }

  /** One that only delivers. */
  public TriggerRule(
      String name, List<EventPattern> patterns, @Nullable EventFilter filter, List<Long> webhooks) {
    this(name, patterns, filter, webhooks, List.of());
  }

  /** Whether the type alone lets the event in. */
  boolean selects(String type) {
    return patterns.isEmpty() ? !type.startsWith(EventPattern.OWN) : matching(type).isPresent();
  }

  Optional<EventPattern> matching(String type) {
    return patterns.stream().filter(pattern -> pattern.matches(type)).findFirst();
  }

  FilterResult filtered(EventView event) {
    return filter == null ? new FilterResult.Passed() : filter.evaluate(event);
  }
}
