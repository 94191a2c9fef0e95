package io.sequitur.api.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.annotation.Status;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sequitur.api.access.Caller;
import io.sequitur.api.access.Needs;
import io.sequitur.api.access.Scope;
import io.sequitur.api.engine.SchemaOwner;
import io.sequitur.api.http.Page;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import io.sequitur.api.http.RequestBytes;
import io.sequitur.api.http.Versions;
import io.sequitur.db.cache.CacheRow;
import io.sequitur.db.cache.CacheStore;
import io.sequitur.db.cache.CacheStore.KeyState;
import io.sequitur.db.catalogue.PutOutcome;
import io.sequitur.workflows.catalogue.CacheDefinition;
import io.sequitur.workflows.catalogue.CacheDefinitionReader;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.json.StrictJson;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Users' own caches: what they are made from, and whether what is in them may be used. */
@Controller("/v1/caches")
@Needs(Scope.OPERATOR) // the definitions make triggers on users' tables
@ExecuteOn(TaskExecutors.BLOCKING)
final class CacheController {
  private static final int MAX_KEYS = 1000;

  private final CacheDefinitionReader reader;
  private final CacheStore caches;
  private final SchemaOwner owner;

  CacheController(CacheDefinitionReader reader, CacheStore caches, SchemaOwner owner) {
    this.reader = reader;
    this.caches = caches;
    this.owner = owner;
  }

  /**
   * A cache as the API shows it.
   *
   * @param state {@code active}, {@code pending}, or {@code invalid} with the reason
   */
  record CacheBody(
      String name,
      String key,
      List<JsonNode> tables,
      String state,
      @Nullable String reason,
      Instant createdAt,
      Instant updatedAt) {
    static CacheBody of(CacheRow row) {
      return new CacheBody(
          row.name(),
          row.key(),
          CacheKind.tables(row.tables()).valueStream().toList(),
          row.state(),
          row.reason(),
          row.createdAt(),
          row.updatedAt());
    }
  }

  /** The answer of {@code /v1/caches/state}: the keys in the order of the question. */
  record CacheStatesBody(List<KeyState> items) {}

  @Put("/{name}")
  @Consumes(MediaType.ALL)
  MutableHttpResponse<CacheBody> put(
      HttpRequest<?> request, String name, @Header("If-Match") @Nullable String ifMatch) {
    String tenant = Caller.of(request).tenant();
    CacheDefinition definition = reader.read(name, StrictJson.tree(RequestBytes.of(request)));
    PutOutcome outcome =
        caches.put(tenant, name, CacheKind.content(definition), Versions.expected(ifMatch));
    MutableHttpResponse<?> answer = Versions.answer(outcome, "The cache " + name);
    owner.attachCaches();
    return respond(answer, find(tenant, name));
  }

  @Get("/{name}")
  MutableHttpResponse<CacheBody> show(HttpRequest<?> request, String name) {
    return respond(HttpResponse.ok(), find(Caller.of(request).tenant(), name));
  }

  @Get
  Page<CacheBody> list(
      HttpRequest<?> request,
      @QueryValue @Nullable Integer limit,
      @QueryValue @Nullable String cursor) {
    Page.Request page = Page.Request.of(limit, cursor);
    List<CacheRow> rows = caches.list(Caller.of(request).tenant(), page.after(), page.limit() + 1);
    return Page.of(rows, page, CacheRow::name, CacheBody::of);
  }

  @Delete("/{name}")
  HttpResponse<?> delete(HttpRequest<?> request, String name) {
    if (!caches.delete(Caller.of(request).tenant(), name)) {
      throw missing(name);
    }
    owner.attachCaches();
    return HttpResponse.noContent();
  }

  /** The strict check of users' caches: one statement on the primary. */
  @Post("/state")
  @Status(HttpStatus.OK)
  @Consumes(MediaType.ALL)
  @Needs(Scope.READ)
  CacheStatesBody state(HttpRequest<?> request) {
    return new CacheStatesBody(
        caches.state(Caller.of(request).tenant(), keys(StrictJson.tree(RequestBytes.of(request)))));
  }

  private static List<String> keys(JsonNode body) {
    List<Problem> problems = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    JsonNode written = body.path("keys");
    body.fieldNames()
        .forEachRemaining(field -> {
          if (!field.equals("keys")) {
            problems.add(
                new Problem(Problem.child("", field), "Unknown field; there is only `keys`."));
          }
        });
    if (!written.isArray() || written.isEmpty() || written.size() > MAX_KEYS) {
      problems.add(new Problem("/keys", "Must be a list of 1 to %d keys.".formatted(MAX_KEYS)));
    }
    for (JsonNode key : written.isArray() ? written : body.path("")) {
      if (key.isTextual() && key.textValue().indexOf(0) < 0) {
        keys.add(key.textValue());
      } else {
        problems.add(
            new Problem("/keys/" + keys.size(), "Must be a string without null characters."));
        break;
      }
    }
    if (!problems.isEmpty()) {
      throw new ProblemException(ProblemType.INVALID, problems.getFirst().detail(), problems);
    }
    return keys;
  }

  private CacheRow find(String tenant, String name) {
    return caches.find(tenant, name).orElseThrow(() -> missing(name));
  }

  private static MutableHttpResponse<CacheBody> respond(MutableHttpResponse<?> base, CacheRow row) {
    return base.header("ETag", Versions.etag(Long.toString(row.version()))).body(CacheBody.of(row));
  }

  private static ProblemException missing(String name) {
    return new ProblemException(ProblemType.NOT_FOUND, "There is no cache " + name + ".");
  }
}
