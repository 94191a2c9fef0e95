package io.sequitur.api.catalogue;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Error;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import io.sequitur.api.access.Caller;
import io.sequitur.api.access.Scope;
import io.sequitur.api.catalogue.Change.Action;
import io.sequitur.api.document.Document;
import io.sequitur.api.document.PlacedProblem;
import io.sequitur.api.http.ProblemBody;
import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import io.sequitur.api.http.RequestBytes;
import io.sequitur.workflows.json.Problem;
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
   * @param signingSecrets by webhook, of those that were made now; shown only this once
   */
  record Body(
      Summary summary,
      List<Change> changes,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> signingSecrets) {
    static Body of(Catalogue.Result result) {
      return new Body(Summary.of(result.changes()), result.changes(), result.signingSecrets());
    }
  }

  @Post("/plan")
  @Consumes(MediaType.ALL)
  Body plan(HttpRequest<?> request, @QueryValue @Nullable String prune) {
    return Body.of(
        catalogue.plan(
            Caller.of(request).tenant(), Document.read(RequestBytes.of(request)), isTrue(prune)));
  }

  @Post("/apply")
  @Consumes(MediaType.ALL)
  Body apply(HttpRequest<?> request, @QueryValue @Nullable String prune) {
    return Body.of(
        catalogue.apply(
            Caller.of(request).tenant(),
            Document.read(RequestBytes.of(request)),
            isTrue(prune),
            result -> requireOperator(result, Caller.of(request))));
  }

  private static void requireOperator(Catalogue.Result result, Caller caller) {
    if (Catalogue.hasCaches(result) && !caller.may(Scope.OPERATOR)) {
      throw new ProblemException(
          ProblemType.FORBIDDEN,
          "It changes caches, which needs a key with the scope operator: nothing was changed.");
    }
  }

  // A word that is neither might have meant either.
  private static boolean isTrue(@Nullable String prune) {
    if (prune == null || prune.equals("true") || prune.equals("false")) {
      return "true".equals(prune);
    }
    String detail = "prune must be true or false.";
    throw new ProblemException(
        ProblemType.MALFORMED, detail, List.of(new Problem("/prune", detail)));
  }

  /** What stands; secrets without their values. */
  @Get
  ObjectNode export(HttpRequest<?> request) {
    return catalogue.export(Caller.of(request).tenant());
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
