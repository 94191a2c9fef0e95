package io.sequitur.api.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
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
import io.sequitur.activities.catalogue.BuiltInTrigger;
import io.sequitur.activities.catalogue.BuiltInTriggers;
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
import io.sequitur.db.sync.SyncTargetStore;
import io.sequitur.workflows.catalogue.InvalidDefinition;
import io.sequitur.workflows.catalogue.TriggerDefinition;
import io.sequitur.workflows.catalogue.TriggerDefinitionReader;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.json.StrictJson;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Triggers: users' own, and beside them those that webhooks generate and those built in. */
@Controller("/v1/triggers")
@ExecuteOn(TaskExecutors.BLOCKING)
final class TriggerController {
  private static final String GENERATED = "webhook::";

  private final TriggerDefinitionReader reader;
  private final TriggerStore triggers;
  private final SyncTargetStore targets;
  private final BuiltInTriggers builtIn;
  private final TriggerStates states;
  private final KnownNames names;

  TriggerController(
      TriggerDefinitionReader reader,
      TriggerStore triggers,
      SyncTargetStore targets,
      BuiltInTriggers builtIn,
      TriggerStates states,
      KnownNames names) {
    this.reader = reader;
    this.triggers = triggers;
    this.targets = targets;
    this.builtIn = builtIn;
    this.states = states;
    this.names = names;
  }

  /** What a trigger listens to. */
  record On(List<String> events, @Nullable String filter) {}

  /**
   * A trigger as the API shows it.
   *
   * @param state {@code ok}, or {@code invalid} with the reason
   * @param createdAt null for one that is built in: it is as old as the engine
   */
  record TriggerBody(
      String name,
      String description,
      On on,
      @Nullable JsonNode condition,
      List<JsonNode> actions,
      boolean generated,
      boolean builtIn,
      String state,
      @Nullable String reason,
      @Nullable Instant createdAt,
      @Nullable Instant updatedAt) {
    static TriggerBody of(TriggerRow row, @Nullable String reason) {
      return new TriggerBody(
          row.name(),
          row.description(),
          new On(row.events(), row.filter()),
          TriggerActions.condition(row.condition()),
          TriggerActions.of(row).valueStream().toList(),
          row.generated(),
          false,
          reason == null ? "ok" : "invalid",
          reason,
          row.createdAt(),
          row.updatedAt());
    }

    static TriggerBody of(BuiltInTrigger trigger) {
      return new TriggerBody(
          trigger.name(),
          trigger.description(),
          new On(trigger.events(), null),
          null,
          List.of(),
          false,
          true,
          "ok",
          null,
          null,
          null);
    }
  }

  @Put("/{name}")
  @Consumes(MediaType.ALL)
  MutableHttpResponse<TriggerBody> put(
      HttpRequest<?> request, String name, @Header("If-Match") @Nullable String ifMatch) {
    String tenant = Caller.of(request).tenant();
    requireOwn(name);
    TriggerDefinition definition = reader.read(name, StrictJson.tree(RequestBytes.of(request)));
    requireWebhooks(tenant, definition.webhooks());
    requireTargets(tenant, definition.targets());
    PutOutcome outcome =
        triggers.put(tenant, TriggerActions.content(definition), Versions.expected(ifMatch));
    MutableHttpResponse<?> answer = Versions.answer(outcome, "The trigger " + name);
    return respond(answer, tenant, find(tenant, name));
  }

  @Get("/{name}")
  MutableHttpResponse<TriggerBody> show(HttpRequest<?> request, String name) {
    Optional<BuiltInTrigger> own = builtIn.find(name);
    if (own.isPresent()) {
      return HttpResponse.ok(TriggerBody.of(own.get()));
    }
    String tenant = Caller.of(request).tenant();
    return respond(HttpResponse.ok(), tenant, find(tenant, name));
  }

  @Get
  Page<TriggerBody> list(
      HttpRequest<?> request,
      @QueryValue @Nullable Integer limit,
      @QueryValue @Nullable String cursor) {
    Page.Request page = Page.Request.of(limit, cursor);
    String tenant = Caller.of(request).tenant();
    List<TriggerRow> rows = triggers.list(tenant, page.after(), page.limit() + 1);
    Map<String, String> reasons = states.reasons(tenant, rows);
    Stream<TriggerBody> stored =
        rows.stream().map(row -> TriggerBody.of(row, reasons.get(row.name())));
    Stream<TriggerBody> own = builtIn.after(page.after()).stream().map(TriggerBody::of);
    List<TriggerBody> both =
        Stream.concat(stored, own)
            .sorted(Comparator.comparing(TriggerBody::name))
            .limit(page.limit() + 1L)
            .toList();
    return Page.of(both, page, TriggerBody::name, body -> body);
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

  private void requireTargets(String tenant, List<String> named) {
    List<Problem> problems =
        targets.missing(tenant, named).stream()
            .map(name ->
                new Problem("/actions", names.sentence(tenant, NameReader.Kind.SYNC_TARGET, name)))
            .toList();
    if (!problems.isEmpty()) {
      throw new InvalidDefinition(problems);
    }
  }

  private void requireOwn(String name) {
    if (builtIn.find(name).isPresent()) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "The trigger " + name + " is built in: it can be neither changed nor deleted.");
    }
    if (name.startsWith(GENERATED)) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "Triggers that begin with webhook:: are generated from a webhook: set the events of the webhook "
              + name.substring(GENERATED.length())
              + ".");
    }
  }

  private TriggerRow find(String tenant, String name) {
    return triggers.find(tenant, name).orElseThrow(() -> missing(tenant, name));
  }

  private MutableHttpResponse<TriggerBody> respond(
      MutableHttpResponse<?> base, String tenant, TriggerRow row) {
    String reason = states.reasons(tenant, List.of(row)).get(row.name());
    return base.header("ETag", Versions.etag(row.version())).body(TriggerBody.of(row, reason));
  }

  private ProblemException missing(String tenant, String name) {
    return names.missing(tenant, NameReader.Kind.TRIGGER, name);
  }
}
