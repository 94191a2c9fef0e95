package io.sequitur.api.catalogue;

import com.fasterxml.jackson.annotation.JsonRawValue;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sequitur.activities.event.EventTypes;
import io.sequitur.api.access.Caller;
import io.sequitur.api.http.KnownNames;
import io.sequitur.api.http.Page;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.RequestBytes;
import io.sequitur.api.http.Versions;
import io.sequitur.db.catalogue.EventTypeRow;
import io.sequitur.db.catalogue.EventTypeStore;
import io.sequitur.db.catalogue.NameReader;
import io.sequitur.db.catalogue.PutOutcome;
import io.sequitur.workflows.catalogue.EventTypeDefinition;
import io.sequitur.workflows.catalogue.EventTypeDefinitionReader;
import io.sequitur.workflows.json.StrictJson;
import java.time.Instant;
import java.util.List;

/** Event types: what is known of the events of a type. Nothing needs one, so any can be deleted. */
@Controller("/v1/event-types")
@ExecuteOn(TaskExecutors.BLOCKING)
final class EventTypeController {
  private final EventTypeDefinitionReader reader;
  private final EventTypeStore types;
  private final EventTypes checks;
  private final KnownNames names;

  EventTypeController(
      EventTypeDefinitionReader reader, EventTypeStore types, EventTypes checks, KnownNames names) {
    this.reader = reader;
    this.types = types;
    this.checks = checks;
    this.names = names;
  }

  /**
   * An event type as the API shows it.
   *
   * @param state {@code ok}, or {@code invalid} with the reason
   */
  record EventTypeBody(
      String name,
      String description,
      @JsonRawValue @Nullable String schema,
      String onInvalid,
      String state,
      @Nullable String reason,
      Instant createdAt,
      Instant updatedAt) {
    static EventTypeBody of(EventTypeRow row, EventTypes checks) {
      String reason = checks.problem(row).orElse(null);
      return new EventTypeBody(
          row.name(),
          row.description(),
          row.schema(),
          row.onInvalid(),
          reason == null ? "ok" : "invalid",
          reason,
          row.createdAt(),
          row.updatedAt());
    }
  }

  @Put("/{name}")
  @Consumes(MediaType.ALL)
  MutableHttpResponse<EventTypeBody> put(
      HttpRequest<?> request, String name, @Header("If-Match") @Nullable String ifMatch) {
    String tenant = Caller.of(request).tenant();
    EventTypeDefinition definition = reader.read(name, StrictJson.tree(RequestBytes.of(request)));
    PutOutcome outcome =
        types.put(tenant, name, EventTypeKind.content(definition), Versions.expected(ifMatch));
    MutableHttpResponse<?> answer = Versions.answer(outcome, "The event type " + name);
    return respond(answer, find(tenant, name));
  }

  @Get("/{name}")
  MutableHttpResponse<EventTypeBody> show(HttpRequest<?> request, String name) {
    return respond(HttpResponse.ok(), find(Caller.of(request).tenant(), name));
  }

  @Get
  Page<EventTypeBody> list(
      HttpRequest<?> request,
      @QueryValue @Nullable Integer limit,
      @QueryValue @Nullable String cursor) {
    Page.Request page = Page.Request.of(limit, cursor);
    List<EventTypeRow> rows =
        types.list(Caller.of(request).tenant(), page.after(), page.limit() + 1);
    return Page.of(rows, page, EventTypeRow::name, row -> EventTypeBody.of(row, checks));
  }

  @Delete("/{name}")
  HttpResponse<?> delete(HttpRequest<?> request, String name) {
    String tenant = Caller.of(request).tenant();
    if (!types.delete(tenant, name)) {
      throw missing(tenant, name);
    }
    return HttpResponse.noContent();
  }

  private EventTypeRow find(String tenant, String name) {
    return types.find(tenant, name).orElseThrow(() -> missing(tenant, name));
  }

  private MutableHttpResponse<EventTypeBody> respond(
      MutableHttpResponse<?> base, EventTypeRow row) {
    return base.header("ETag", Versions.etag(Long.toString(row.version())))
        .body(EventTypeBody.of(row, checks));
  }

  private ProblemException missing(String tenant, String name) {
    return names.missing(tenant, NameReader.Kind.EVENT_TYPE, name);
  }
}
