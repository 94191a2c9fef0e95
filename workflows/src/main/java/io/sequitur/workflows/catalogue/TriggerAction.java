package io.sequitur.workflows.catalogue;

import java.util.List;

/** What a trigger does when an event matches. */
public sealed interface TriggerAction {
  /** The webhooks that get the event, each once. */
  List<String> webhooks();

  /**
   * Delivers the event.
   *
   * @param webhooks names, each once
   */
  record Deliver(List<String> webhooks) implements TriggerAction {
    public Deliver {
      webhooks = List.copyOf(webhooks);
    }
  }
}
