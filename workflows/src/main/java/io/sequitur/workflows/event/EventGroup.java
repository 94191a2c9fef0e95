package io.sequitur.workflows.event;

import java.util.List;

/**
 * The events that one workflow takes through the steps, by their public ids. Temporal holds ids,
 * never bodies.
 */
public record EventGroup(List<String> events) {
  public EventGroup {
    if (events.isEmpty()) {
      throw new IllegalArgumentException("a group has at least one event");
    }
    events = List.copyOf(events);
  }
}
