package io.sequitur.api.event;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sequitur.api.access.Caller;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import io.sequitur.db.Ids;
import io.sequitur.db.event.EventReader;
import io.sequitur.db.event.EventView;
import io.sequitur.db.event.QuarantineStore;
import java.util.UUID;

/** Lets quarantined events go on. */
@Controller("/v1/events/{id}/release")
@ExecuteOn(TaskExecutors.BLOCKING)
final class EventReleaseController {
  private final QuarantineStore quarantine;
  private final EventReader events;
  private final Dispatcher dispatcher;

  EventReleaseController(QuarantineStore quarantine, EventReader events, Dispatcher dispatcher) {
    this.quarantine = quarantine;
    this.events = events;
    this.dispatcher = dispatcher;
  }

  /** How the event stands. */
  record Released(String id, String state) {}

  /** Releases the event, once; whoever asks again is told how it stands. */
  @Post
  @Consumes(MediaType.ALL)
  Released release(HttpRequest<?> request, String id) {
    String tenant = Caller.of(request).tenant();
    UUID event = Ids.parseEvent(id);
    if (event == null) {
      throw missing(id);
    }
    boolean released = quarantine.release(tenant, event);
    if (released) {
      dispatcher.wake();
    }
    EventView view = events.find(tenant, event).orElseThrow(() -> missing(id));
    if (!released && view.releasedAt() == null) {
      throw new ProblemException(ProblemType.CONFLICT, notQuarantined(view));
    }
    return new Released(Ids.event(event), view.state());
  }

  private static String notQuarantined(EventView view) {
    return view.routedAt() == null
        ? "The event is not quarantined: it is pending, and will be routed without this."
        : "The event is not quarantined: it was routed at " + view.routedAt() + ".";
  }

  private static ProblemException missing(String id) {
    return new ProblemException(
        ProblemType.NOT_FOUND, "There is no event " + (id.length() > 80 ? "of this id" : id) + ".");
  }
}
