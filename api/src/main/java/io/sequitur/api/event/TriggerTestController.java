package io.sequitur.api.event;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sequitur.api.access.Caller;
import io.sequitur.api.access.Needs;
import io.sequitur.api.access.Scope;
import io.sequitur.api.catalogue.MatchBody;
import io.sequitur.api.catalogue.MatchExplainer;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import io.sequitur.api.http.RequestBytes;
import io.sequitur.workflows.catalogue.EventView;
import io.sequitur.workflows.event.CloudEventReader;

/** Whether a trigger would match an event, which is not stored. */
@Controller("/v1/triggers")
@ExecuteOn(TaskExecutors.BLOCKING)
final class TriggerTestController {
  private final CloudEventReader reader;
  private final MatchExplainer explainer;

  TriggerTestController(CloudEventReader reader, MatchExplainer explainer) {
    // The engine's own events can be tried, though nobody else can publish them.
    this.reader = reader.takingOwnTypes();
    this.explainer = explainer;
  }

  /** Takes an event as publishing does. */
  @Post("/{name}/test")
  @Consumes(MediaType.ALL)
  @Needs(Scope.READ)
  MatchBody test(HttpRequest<?> request, String name) {
    if (EventBodies.isBatch(request)) {
      throw new ProblemException(
          ProblemType.UNSUPPORTED_MEDIA_TYPE, "A trigger is tested with one event at a time.");
    }
    EventView event = EventView.of(EventBodies.one(reader, request, RequestBytes.of(request)));
    return explainer.explain(Caller.of(request).tenant(), name, event);
  }
}
