package io.sequitur.api.cli.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.cli.http.ApiClient;
import io.sequitur.api.cli.http.ApiException;
import io.sequitur.api.cli.http.ApiResponse;
import io.sequitur.api.cli.http.Query;
import io.sequitur.api.cli.text.Json;
import io.sequitur.api.cli.text.Terminal;
import io.sequitur.api.document.PlacedProblem;
import io.sequitur.workflows.json.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Sends a file to the server, and tells what is wrong with it in the file's own lines. */
public final class CatalogueRequest {
  private final Terminal terminal;
  private final Supplier<ApiClient> api;
  private final CatalogueFile file;

  /**
   * A request that has not been sent.
   *
   * @param api asked for only when the file can be read
   */
  public CatalogueRequest(Terminal terminal, Supplier<ApiClient> api, CatalogueFile file) {
    this.terminal = terminal;
    this.api = api;
    this.file = file;
  }

  /**
   * The server's answer; empty when the file is wrong, which has been printed then.
   *
   * @param verb {@code plan} or {@code apply}
   * @param planned the version that the catalogue must have; null for any
   */
  public Optional<ApiResponse> send(String verb, boolean prune, @Nullable String planned) {
    if (file.document().root() == null) {
      print(file.document().problems());
      return Optional.empty();
    }
    List<Problem> problems = new ArrayList<>();
    JsonNode filled = new Variables(terminal.environment(), problems).fill(file.document().json());
    boolean sound = problems.isEmpty() && file.document().problems().isEmpty();
    try {
      // A file that is wrong already is only planned, to hear what else is wrong with it.
      ApiResponse answer = post(sound ? verb : "plan", prune, planned, filled);
      if (sound) {
        return Optional.of(answer);
      }
    } catch (ApiException e) {
      if (e.errors().isEmpty()) {
        throw e;
      }
      e.errors().forEach(error -> problems.add(new Problem(error.pointer(), error.detail())));
    }
    print(file.document().allProblems(problems));
    return Optional.empty();
  }

  private ApiResponse post(String verb, boolean prune, @Nullable String planned, JsonNode body) {
    Query query = new Query("/v1/catalogue/" + verb).with("prune", prune ? "true" : null);
    Map<String, String> headers =
        planned == null ? Map.of() : Map.of("If-Match", '"' + planned + '"');
    return api.get().post(query.text(), "application/json", Json.write(body), headers);
  }

  private void print(List<PlacedProblem> problems) {
    for (PlacedProblem problem : problems) {
      String where = problem.pointer().isEmpty() ? "" : " (" + problem.pointer() + ")";
      terminal
          .err()
          .printf(
              "%s:%d:%d: %s%s%n",
              file.name(), problem.line(), problem.column(), problem.detail(), where);
    }
    String errors = problems.size() == 1 ? "1 error" : problems.size() + " errors";
    terminal.err().println("sequitur: " + errors + " in " + file.name() + "; nothing was changed");
  }
}
