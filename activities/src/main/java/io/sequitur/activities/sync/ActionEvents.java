package io.sequitur.activities.sync;

import io.sequitur.db.sync.DueAction;
import io.sequitur.workflows.catalogue.EventContext;

/** Events of due actions, as their templates see them. */
final class ActionEvents {
  private ActionEvents() {}

  static EventContext context(DueAction.Event event) {
    return new EventContext(
        event.ceId(),
        event.source(),
        event.type(),
        event.subject(),
        event.time(),
        event.partitionKey(),
        event.body());
  }
}
