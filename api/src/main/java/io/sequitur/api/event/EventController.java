package io.sequitur.api.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sequitur.api.access.Caller;
import io.sequitur.api.access.Needs;
import io.sequitur.api.access.Scope;
import io.sequitur.api.catalogue.MatchBody;
import io.sequitur.api.catalogue.MatchExplainer;
import io.sequitur.api.http.Page;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import io.sequitur.api.http.RequestBytes;
import io.sequitur.db.Ids;
import io.sequitur.db.delivery.DeliveryReader;
import io.sequitur.db.event.Accepted;
import io.sequitur.db.event.EventReader;
import io.sequitur.db.event.EventView;
import io.sequitur.db.event.NewEvent;
import io.sequitur.db.event.ObservedStore;
import io.sequitur.db.sync.ActionStore;
import io.sequitur.db.sync.ActionView;
import io.sequitur.workflows.event.CloudEventReader;
import io.sequitur.workflows.event.IncomingEvent;
import io.sequitur.workflows.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;

/** Events in, and what became of them. */
@Controller("/v1/events")
@ExecuteOn(TaskExecutors.BLOCKING)
final class EventController {
  private static final int DELIVERIES_SHOWN = 200;

  private final CloudEventReader reader;
  private final EventReader events;
  private final DeliveryReader deliveries;
  private final ActionStore actions;
  private final ObservedStore observed;
  private final Ingest ingest;
  private final MatchExplainer explainer;
  private final Clock clock;

  EventController(
      CloudEventReader reader,
      EventReader events,
      DeliveryReader deliveries,
      ActionStore actions,
      ObservedStore observed,
      Ingest ingest,
      MatchExplainer explainer,
      Clock clock) {
    this.reader = reader;
    this.events = events;
    this.deliveries = deliveries;
    this.actions = actions;
    this.observed = observed;
    this.ingest = ingest;
    this.explainer = explainer;
    this.clock = clock;
  }

  /** The answer to one event. */
  record AcceptedEvent(String id, boolean duplicate) {
    static AcceptedEvent of(Accepted accepted) {
      return new AcceptedEvent(Ids.event(accepted.id()), accepted.duplicate());
    }
  }

  /** The answer to a batch, in its order. */
  record AcceptedBatch(List<AcceptedEvent> accepted) {}

  /** Stores what came, in one commit; the answer is 202. */
  @Post
  @Consumes(MediaType.ALL)
  @Needs(Scope.PUBLISH)
  HttpResponse<?> publish(HttpRequest<?> request) {
    byte[] bytes = RequestBytes.of(request);
    String tenant = Caller.of(request).tenant();
    return EventBodies.isBatch(request)
        ? accept(tenant, reader.batch(bytes))
        : acceptOne(tenant, EventBodies.one(reader, request, bytes));
  }

  /** Newest first. */
  @Get
  Page<EventSummary> list(
      HttpRequest<?> request,
      @QueryValue @Nullable String type,
      @QueryValue @Nullable String source,
      @QueryValue @Nullable String state,
      @QueryValue @Nullable Integer limit,
      @QueryValue @Nullable String cursor) {
    Page.Request page = Page.Request.of(limit, cursor);
    UUID before = page.after(Ids::parseEvent);
    var filter = new EventReader.Filter(type, source, EventState.parse(state), before);
    List<EventView> rows = events.list(Caller.of(request).tenant(), filter, page.limit() + 1);
    return Page.of(rows, page, row -> Ids.event(row.id()), EventSummary::of);
  }

  /**
   * One event with its matches, its workflow and its deliveries.
   *
   * @param explain a trigger; the answer says why it matches or not
   */
  @Get("/{id}")
  EventBody show(HttpRequest<?> request, String id, @QueryValue @Nullable String explain) {
    String tenant = Caller.of(request).tenant();
    UUID event = eventId(id);
    EventView view = events.find(tenant, event).orElseThrow(() -> noEvent(id));
    var filter = new DeliveryReader.Filter(null, event, List.of(), null, null, null);
    List<EventDelivery> made =
        deliveries.list(tenant, filter, DELIVERIES_SHOWN).stream()
            .map(row ->
                new EventDelivery(
                    Ids.delivery(row.eventId(), row.webhookUid()), row.webhook(), row.state()))
            .toList();
    List<Match> matches = matches(tenant, view);
    MatchBody explanation = null;
    if (explain != null) {
      boolean matched = matches.stream().anyMatch(match -> match.trigger().equals(explain));
      explanation = explanation(tenant, view, explain, matched);
    }
    return EventBody.of(view, matches, made, actionsOf(tenant, view), explanation);
  }

  private List<Match> matches(String tenant, EventView event) {
    List<ObservedStore.View> conditions =
        event.observed() ? observed.of(tenant, event.id()) : List.of();
    return Match.all(event.triggers(), conditions);
  }

  private List<EventAction> actionsOf(String tenant, EventView event) {
    return event.triggers().isEmpty()
        ? List.of()
        : actions.of(tenant, event.id()).stream().map(EventAction::of).toList();
  }

  private MatchBody explanation(String tenant, EventView row, String trigger, boolean matched) {
    JsonNode event = StrictJson.tree(row.body().getBytes(StandardCharsets.UTF_8));
    var view =
        new io.sequitur.workflows.catalogue.EventView(
            event.path("id").asText(),
            row.type(),
            row.source(),
            row.subject(),
            event.path("time").asText(null),
            row.partitionKey(),
            row.body());
    Instant routedAt = row.routedAt();
    return routedAt == null
        ? explainer.explain(tenant, trigger, view)
        : explainer.explain(tenant, trigger, view, routedAt, matched);
  }

  private HttpResponse<?> acceptOne(String tenant, IncomingEvent event) {
    return HttpResponse.accepted().body(AcceptedEvent.of(ingest.accept(row(tenant, event))));
  }

  private HttpResponse<?> accept(String tenant, List<IncomingEvent> batch) {
    List<Accepted> accepted =
        ingest.accept(batch.stream().map(event -> row(tenant, event)).toList());
    return HttpResponse.accepted()
        .body(new AcceptedBatch(accepted.stream().map(AcceptedEvent::of).toList()));
  }

  private NewEvent row(String tenant, IncomingEvent event) {
    return new NewEvent(
        Ids.next(clock),
        tenant,
        event.source(),
        event.ceId(),
        event.type(),
        event.subject(),
        event.time(),
        event.partitionKey(),
        event.body());
  }

  private static UUID eventId(String id) {
    UUID event = Ids.parseEvent(id);
    if (event == null) {
      throw noEvent(id);
    }
    return event;
  }

  private static ProblemException noEvent(String id) {
    return new ProblemException(
        ProblemType.NOT_FOUND, "There is no event " + (id.length() > 80 ? "of this id" : id) + ".");
  }

  /** An event in a list. */
  record EventSummary(
      String id,
      String type,
      String source,
      @Nullable String subject,
      String state,
      Instant receivedAt) {
    static EventSummary of(EventView row) {
      return new EventSummary(
          Ids.event(row.id()),
          row.type(),
          row.source(),
          row.subject(),
          row.state(),
          row.receivedAt());
    }
  }

  /** A delivery of an event. */
  record EventDelivery(String id, String webhook, String state) {}

  /** A workflow: the one that handled an event, or one that a trigger started. */
  record Workflow(@Nullable String id, @Nullable String runId) {}

  /** A trigger that matched; one with a condition says what that made of it. */
  record Match(String trigger, @Nullable MatchedCondition condition) {
    static List<Match> all(List<String> acted, List<ObservedStore.View> conditions) {
      TreeMap<String, Match> matches = new TreeMap<>();
      acted.forEach(trigger -> matches.put(trigger, new Match(trigger, null)));
      conditions.forEach(row -> matches.put(row.trigger(), of(row)));
      return List.copyOf(matches.values());
    }

    private static Match of(ObservedStore.View row) {
      return new Match(
          row.trigger(),
          new MatchedCondition(row.state(), row.count(), row.threshold(), row.until()));
    }
  }

  /** What an event is to a condition: {@code counted}, {@code fired}, {@code waiting}, … */
  record MatchedCondition(
      String state, @Nullable Long count, @Nullable Integer threshold, @Nullable Instant until) {}

  /** What a trigger did with an event besides delivering it. */
  record EventAction(
      String trigger,
      String kind,
      String state,
      @Nullable Workflow workflow,
      int attempts,
      @Nullable String lastError,
      @Nullable Instant nextAttemptAt) {
    static EventAction of(ActionView row) {
      return new EventAction(
          row.trigger(),
          row.kind(),
          row.state(),
          row.workflowId() == null ? null : new Workflow(row.workflowId(), row.workflowRunId()),
          row.attempts(),
          row.lastError(),
          row.nextAttemptAt());
    }
  }

  /** An event, whole. */
  record EventBody(
      String id,
      String state,
      @Nullable String reason,
      @Nullable String warning,
      Instant receivedAt,
      @Nullable Instant releasedAt,
      @Nullable Instant routedAt,
      @Nullable String key,
      @Nullable Long sequence,
      @JsonRawValue String event,
      @Nullable Workflow workflow,
      List<Match> matches,
      List<EventDelivery> deliveries,
      List<EventAction> actions,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable MatchBody explanation) {
    static EventBody of(
        EventView row,
        List<Match> matches,
        List<EventDelivery> deliveries,
        List<EventAction> actions,
        @Nullable MatchBody explanation) {
      return new EventBody(
          Ids.event(row.id()),
          row.state(),
          row.quarantined(),
          row.warning(),
          row.receivedAt(),
          row.releasedAt(),
          row.routedAt(),
          row.partitionKey(),
          row.sequence(),
          row.body(),
          row.workflowId() == null ? null : new Workflow(row.workflowId(), row.workflowRunId()),
          matches,
          deliveries,
          actions,
          explanation);
    }
  }
}
