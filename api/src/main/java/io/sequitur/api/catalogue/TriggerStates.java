package io.sequitur.api.catalogue;

import io.sequitur.db.catalogue.EventTypeStore;
import io.sequitur.db.catalogue.TriggerRow;
import io.sequitur.workflows.catalogue.StoredTrigger;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Why triggers are invalid that were valid when they were saved, or were written past the API. They
 * stay, are shown with the reason, and stop nobody else.
 */
@Singleton
final class TriggerStates {
  private final EventTypeStore types;

  TriggerStates(EventTypeStore types) {
    this.types = types;
  }

  /** The reasons by name; a trigger that is in order is not in it. */
  Map<String, String> reasons(String tenant, Collection<TriggerRow> triggers) {
    List<String> named =
        triggers.stream().flatMap(trigger -> trigger.events().stream()).distinct().toList();
    Map<String, Instant> deleted = named.isEmpty() ? Map.of() : types.deleted(tenant, named);
    Map<String, String> reasons = new HashMap<>();
    for (TriggerRow trigger : triggers) {
      reason(trigger, deleted).ifPresent(reason -> reasons.put(trigger.name(), reason));
    }
    return reasons;
  }

  private static Optional<String> reason(TriggerRow trigger, Map<String, Instant> deleted) {
    try {
      StoredTrigger unused =
          StoredTrigger.compile(
              trigger.name(),
              trigger.events(),
              trigger.filter(),
              trigger.condition(),
              trigger.actions(),
              List.of());
      return typeDeleted(trigger, deleted);
    } catch (IllegalArgumentException e) {
      return Optional.of("It matches nothing, as it cannot be compiled: " + e.getMessage());
    }
  }

  // Events of the type may still come, and whoever is subscribed to them gets them.
  private static Optional<String> typeDeleted(TriggerRow trigger, Map<String, Instant> deleted) {
    for (String type : trigger.events()) {
      Instant at = deleted.get(type);
      if (at != null && at.isAfter(trigger.updatedAt())) {
        return Optional.of(
            ("The event type %s, which it names, was deleted at %s. It goes on matching such events;"
                    + " declare the type again, or save the trigger again to keep it without.")
                .formatted(type, at));
      }
    }
    return Optional.empty();
  }
}
