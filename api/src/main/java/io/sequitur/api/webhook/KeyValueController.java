package io.sequitur.api.webhook;

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
import io.sequitur.activities.webhook.Environment;
import io.sequitur.activities.webhook.SecretBox;
import io.sequitur.activities.webhook.SecretBox.Place;
import io.sequitur.api.access.Caller;
import io.sequitur.api.http.KnownNames;
import io.sequitur.api.http.Page;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import io.sequitur.api.http.RequestBytes;
import io.sequitur.api.http.Versions;
import io.sequitur.db.catalogue.NameReader;
import io.sequitur.db.catalogue.PutOutcome;
import io.sequitur.db.webhook.KeyValueRow;
import io.sequitur.db.webhook.KeyValueStore;
import io.sequitur.workflows.catalogue.InvalidDefinition;
import io.sequitur.workflows.catalogue.KeyValueDefinition;
import io.sequitur.workflows.catalogue.KeyValueDefinition.Kind;
import io.sequitur.workflows.catalogue.KeyValueDefinitionReader;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.json.StrictJson;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Key-values. A secret's value is never answered. */
@Controller("/v1/key-values")
@ExecuteOn(TaskExecutors.BLOCKING)
final class KeyValueController {
  private final KeyValueDefinitionReader reader;
  private final KeyValueStore keyValues;
  private final SecretBox secrets;
  private final Environment environment;
  private final KnownNames names;

  KeyValueController(
      KeyValueDefinitionReader reader,
      KeyValueStore keyValues,
      SecretBox secrets,
      Environment environment,
      KnownNames names) {
    this.reader = reader;
    this.keyValues = keyValues;
    this.secrets = secrets;
    this.environment = environment;
    this.names = names;
  }

  /** A key-value as the API shows it. */
  record KeyValueBody(
      String name, String kind, @Nullable String value, Instant createdAt, Instant updatedAt) {
    static KeyValueBody of(KeyValueRow row) {
      return new KeyValueBody(
          row.name(), row.kind(), row.value(), row.createdAt(), row.updatedAt());
    }
  }

  @Put("/{name}")
  @Consumes(MediaType.ALL)
  MutableHttpResponse<KeyValueBody> put(
      HttpRequest<?> request, String name, @Header("If-Match") @Nullable String ifMatch) {
    String tenant = Caller.of(request).tenant();
    KeyValueDefinition definition = reader.read(name, StrictJson.tree(RequestBytes.of(request)));
    requireAllowed(definition);
    boolean secret = definition.kind() == Kind.SECRET;
    PutOutcome outcome =
        keyValues.put(
            tenant,
            name,
            definition.kind().name().toLowerCase(Locale.ROOT),
            secret ? null : definition.value(),
            secret
                ? secrets.seal(definition.requiredValue(), Place.ofKeyValue(tenant, name))
                : null,
            Versions.expected(ifMatch));
    MutableHttpResponse<?> answer = Versions.answer(outcome, "The key-value " + name);
    return respond(answer, find(tenant, name));
  }

  @Get("/{name}")
  MutableHttpResponse<KeyValueBody> show(HttpRequest<?> request, String name) {
    return respond(HttpResponse.ok(), find(Caller.of(request).tenant(), name));
  }

  @Get
  Page<KeyValueBody> list(
      HttpRequest<?> request,
      @QueryValue @Nullable Integer limit,
      @QueryValue @Nullable String cursor) {
    Page.Request page = Page.Request.of(limit, cursor);
    List<KeyValueRow> rows =
        keyValues.list(Caller.of(request).tenant(), page.after(), page.limit() + 1);
    return Page.of(rows, page, KeyValueRow::name, KeyValueBody::of);
  }

  @Delete("/{name}")
  HttpResponse<?> delete(HttpRequest<?> request, String name) {
    String tenant = Caller.of(request).tenant();
    List<String> users = keyValues.users(tenant, name);
    if (!users.isEmpty()) {
      throw new ProblemException(
          ProblemType.CONFLICT,
          "The key-value " + name + " is used by the webhooks " + String.join(", ", users) + ".");
    }
    if (!keyValues.delete(tenant, name)) {
      throw missing(tenant, name);
    }
    return HttpResponse.noContent();
  }

  // Said when it is saved, not when the first delivery fails.
  private void requireAllowed(KeyValueDefinition definition) {
    KeyValueChecks.refusal(definition, environment)
        .ifPresent(refusal -> {
          throw new InvalidDefinition(List.of(new Problem("/value", refusal)));
        });
  }

  private KeyValueRow find(String tenant, String name) {
    return keyValues.find(tenant, name).orElseThrow(() -> missing(tenant, name));
  }

  private static MutableHttpResponse<KeyValueBody> respond(
      MutableHttpResponse<?> base, KeyValueRow row) {
    return base.header("ETag", Versions.etag(Long.toString(row.version())))
        .body(KeyValueBody.of(row));
  }

  private ProblemException missing(String tenant, String name) {
    return names.missing(tenant, NameReader.Kind.KEY_VALUE, name);
  }
}
