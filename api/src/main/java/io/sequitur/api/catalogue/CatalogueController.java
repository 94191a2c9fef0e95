package io.sequitur.api.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Error;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Header;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sequitur.api.access.Caller;
import io.sequitur.api.access.Needs;
import io.sequitur.api.access.Scope;
import io.sequitur.api.catalogue.Change.Action;
import io.sequitur.api.document.Document;
import io.sequitur.api.document.PlacedProblem;
import io.sequitur.api.http.Flags;
import io.sequitur.api.http.ProblemBody;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import io.sequitur.api.http.RequestBytes;
import io.sequitur.api.http.Versions;
import java.util.List;
import java.util.Map;

/** The whole catalogue of a tenant, as a file. */
@Controller("/v1/catalogue")
@ExecuteOn(TaskExecutors.BLOCKING)
final class CatalogueController {
  private final Catalogue catalogue;

  CatalogueController(Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  /** How many resources there are of each. */
  record Summary(long created, long updated, long unchanged, long deleted) {
    static Summary of(List<Change> changes) {
      return new Summary(
          count(changes, Action.created),
          count(changes, Action.updated),
          count(changes, Action.unchanged),
          count(changes, Action.deleted));
    }

    private static long count(List<Change> changes, Action action) {
      return changes.stream().filter(change -> change.action() == action).count();
    }
  }

  /**
   * A plan, or what was done.
   *
   * @param version of the catalogue: the one that was planned against, or the new one
   * @param signingSecrets by webhook, of those that were made now; shown only this once
   */
  record Body(
      Summary summary,
      String version,
      List<Change> changes,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> signingSecrets) {
    static MutableHttpResponse<Body> of(Catalogue.Result result) {
      return HttpResponse.ok(
              new Body(
                  Summary.of(result.changes()),
                  result.version(),
                  result.changes(),
                  result.signingSecrets()))
          .header("ETag", Versions.etag(result.version()));
    }
  }

  @Post("/plan")
  @Consumes(MediaType.ALL)
  @Needs(Scope.READ)
  MutableHttpResponse<Body> plan(HttpRequest<?> request, @QueryValue @Nullable String prune) {
    return Body.of(
        catalogue.plan(
            Caller.of(request).tenant(),
            Document.read(RequestBytes.of(request)),
            Flags.isTrue("prune", prune)));
  }

  @Post("/apply")
  @Consumes(MediaType.ALL)
  MutableHttpResponse<Body> apply(
      HttpRequest<?> request,
      @QueryValue @Nullable String prune,
      @Header("If-Match") @Nullable String ifMatch) {
    return Body.of(
        catalogue.apply(
            Caller.of(request).tenant(),
            Document.read(RequestBytes.of(request)),
            Flags.isTrue("prune", prune),
            new Catalogue.Terms(
                Versions.expected(ifMatch),
                changes -> requireOperator(changes, Caller.of(request)))));
  }

  private static void requireOperator(List<Change> changes, Caller caller) {
    if (Catalogue.hasCaches(changes) && !caller.may(Scope.OPERATOR)) {
      throw new ProblemException(
          ProblemType.FORBIDDEN,
          "It changes caches, which needs a key with the scope operator: nothing was changed.");
    }
  }

  /** What stands; secrets without their values. */
  @Get
  MutableHttpResponse<ObjectNode> export(HttpRequest<?> request) {
    Catalogue.Exported exported = catalogue.export(Caller.of(request).tenant());
    return HttpResponse.ok(exported.file()).header("ETag", Versions.etag(exported.version()));
  }

  @Error
  HttpResponse<ProblemBody> invalid(HttpRequest<?> request, InvalidCatalogue refused) {
    List<PlacedProblem> problems = refused.problems();
    return ProblemBody.response(
        refused.readable() ? ProblemType.INVALID : ProblemType.MALFORMED,
        "Nothing was changed: " + problems.getFirst().detail(),
        problems);
  }
}
