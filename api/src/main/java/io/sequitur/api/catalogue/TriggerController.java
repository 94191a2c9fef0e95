package io.sequitur.api.catalogue;

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
import io.sequitur.api.access.Caller;
import io.sequitur.api.http.KnownNames;
import io.sequitur.api.http.Page;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import io.sequitur.api.http.RequestBytes;
import io.sequitur.api.http.Versions;
import io.sequitur.db.catalogue.NameReader;
import io.sequitur.db.catalogue.PutOutcome;
import io.sequitur.db.catalogue.TriggerRow;
import io.sequitur.db.catalogue.TriggerStore;
import io.sequitur.workflows.catalogue.InvalidDefinition;
import io.sequitur.workflows.catalogue.TriggerDefinition;
import io.sequitur.workflows.catalogue.TriggerDefinitionReader;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.json.StrictJson;
import java.time.Instant;
import java.util.List;

/** Triggers: users' own, and beside them those that webhooks generate. */
@Controller("/v1/triggers")
@ExecuteOn(TaskExecutors.BLOCKING)
final class TriggerController {
  private static final String GENERATED = "webhook::";

  private final TriggerDefinitionReader reader;
  private final TriggerStore triggers;
  private final KnownNames names;

  TriggerController(TriggerDefinitionReader reader, TriggerStore triggers, KnownNames names) {
    this.reader = reader;
    this.triggers = triggers;
    this.names = names;
  }

  /** What a trigger listens to. */
  record On(List<String> events, @Nullable String filter) {}

  /** Deliver to these webhooks. */
  record Action(List<String> deliver) {}

  /** A trigger as the API shows it. */
  record TriggerBody(
      String name,
      String description,
      On on,
      List<Action> actions,
      boolean generated,
      Instant createdAt,
      Instant updatedAt) {
    static TriggerBody of(TriggerRow row) {
      return new TriggerBody(
          row.name(),
          row.description(),
          new On(row.events(), row.filter()),
          List.of(new Action(row.deliver())),
          row.generated(),
          row.createdAt(),
          row.updatedAt());
    }
  }

  @Put("/{name}")
  @Consumes(MediaType.ALL)
  MutableHttpResponse<TriggerBody> put(
      HttpRequest<?> request, String name, @Header("If-Match") @Nullable String ifMatch) {
    String tenant = Caller.of(request).tenant();
    requireOwn(name);
    TriggerDefinition definition = reader.read(name, StrictJson.tree(RequestBytes.of(request)));
    List<String> webhooks = definition.webhooks();
    requireWebhooks(tenant, webhooks);
    String description = definition.description() == null ? "" : definition.description();
    PutOutcome outcome =
        triggers.put(
            tenant,
            name,
            description,
            definition.events(),
            definition.filter(),
            webhooks,
            Versions.expected(ifMatch));
    if (outcome == PutOutcome.STALE) {
      throw Versions.stale("The trigger " + name);
    }
    return respond(
        outcome == PutOutcome.CREATED ? HttpResponse.created("") : HttpResponse.ok(),
        find(tenant, name));
  }

  @Get("/{name}")
  MutableHttpResponse<TriggerBody> show(HttpRequest<?> request, String name) {
    return respond(HttpResponse.ok(), find(Caller.of(request).tenant(), name));
  }

  @Get
  Page<TriggerBody> list(
      HttpRequest<?> request,
      @QueryValue @Nullable Integer limit,
      @QueryValue @Nullable String cursor) {
    Page.Request page = Page.Request.of(limit, cursor);
    List<TriggerRow> rows =
        triggers.list(Caller.of(request).tenant(), page.after(), page.limit() + 1);
    return Page.of(rows, page, TriggerRow::name, TriggerBody::of);
  }

  @Delete("/{name}")
  HttpResponse<?> delete(HttpRequest<?> request, String name) {
    requireOwn(name);
    String tenant = Caller.of(request).tenant();
    if (!triggers.delete(tenant, name)) {
      throw missing(tenant, name);
    }
    return HttpResponse.noContent();
  }

  private void requireWebhooks(String tenant, List<String> named) {
    List<Problem> problems =
        triggers.missingWebhooks(tenant, named).stream()
            .map(name ->
                new Problem("/actions", names.sentence(tenant, NameReader.Kind.WEBHOOK, name)))
            .toList();
    if (!problems.isEmpty()) {
      throw new InvalidDefinition(problems);
    }
  }

  private static void requireOwn(String name) {
    if (name.startsWith(GENERATED)) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "This trigger is generated from a webhook: change the events of the webhook "
              + name.substring(GENERATED.length())
              + ".");
    }
  }

  private TriggerRow find(String tenant, String name) {
    return triggers.find(tenant, name).orElseThrow(() -> missing(tenant, name));
  }

  private static MutableHttpResponse<TriggerBody> respond(
      MutableHttpResponse<?> base, TriggerRow row) {
    return base.header("ETag", Versions.etag(row.version())).body(TriggerBody.of(row));
  }

  private ProblemException missing(String tenant, String name) {
    return names.missing(tenant, NameReader.Kind.TRIGGER, name);
  }
}
