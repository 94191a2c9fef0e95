package io.sequitur.db.event;

import io.sequitur.db.catalogue.EventTypeStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Holds events that nobody checked against their types, inside the routing transaction. What does
 * not fit is set aside and takes no position; the rest of the group goes on. Costs nothing where
 * every event was checked when it came, or no type is declared.
 */
final class RoutingChecks {
  /** The version of the type of event {@code e}; null where there is nothing to ask. */
  static final String TYPE_VERSION =
      """
      case when not t.checked then
        (select version from event_type y where y.tenant = e.tenant and y.name = e.type) end as type_version\
      """;

  private static final String SET_ASIDE =
      "insert into quarantine (event_id, tenant, reason) values (:id, :tenant, :reason)";
  private static final String WARN = "update event set warning = :warning where id = :id";

  private final Handle handle;
  private final RoutePlanner planner;
  private final Map<UUID, Long> versions = new HashMap<>();

  RoutingChecks(Handle handle, RoutePlanner planner) {
    this.handle = handle;
    this.planner = planner;
  }

  /** Remembers what is to be asked about the event. */
  PendingEvent noted(PendingEvent event, @Nullable Long typeVersion) {
    if (typeVersion != null) {
      versions.put(event.id(), typeVersion);
    }
    return event;
  }

  /** The events that go on, in their order. */
  List<PendingEvent> passed(List<PendingEvent> taken) {
    if (versions.isEmpty()) {
      return taken;
    }
    List<PendingEvent> passed = new ArrayList<>();
    for (PendingEvent event : taken) {
      if (passes(event)) {
        passed.add(event);
      }
    }
    return passed;
  }

  private boolean passes(PendingEvent event) {
    Long version = versions.get(event.id());
    if (version == null) {
      return true;
    }
    Judgement judgement =
        planner.judge(
            event, version, () -> EventTypeStore.find(handle, event.tenant(), event.type()));
    if (judgement.warning() != null) {
      handle
          .createUpdate(WARN)
          .bind("warning", judgement.warning())
          .bind("id", event.id())
          .execute();
    }
    if (judgement.quarantined() == null) {
      return true;
    }
    handle
        .createUpdate(SET_ASIDE)
        .bind("id", event.id())
        .bind("tenant", event.tenant())
        .bind("reason", judgement.quarantined())
        .execute();
    return false;
  }
}
