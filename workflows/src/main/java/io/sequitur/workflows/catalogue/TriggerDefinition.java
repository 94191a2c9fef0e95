package io.sequitur.workflows.catalogue;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A trigger as its owner wrote it.
 *
 * @param events patterns; none: all user events
 * @param filter CEL, compiled once to be sure that it can be
 */
public record TriggerDefinition(
    String name,
    @Nullable String description,
    List<String> events,
    @Nullable String filter,
    List<TriggerAction> actions) {
  public TriggerDefinition {
    events = List.copyOf(events);
    actions = List.copyOf(actions);
  }

  /** The webhooks that any of its actions feeds, each once. */
  public List<String> webhooks() {
    return actions.stream().flatMap(action -> action.webhooks().stream()).distinct().toList();
  }
}
