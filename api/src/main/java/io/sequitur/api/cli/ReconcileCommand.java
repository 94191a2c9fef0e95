package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.sequitur.api.cli.http.ApiResponse;
import io.sequitur.api.cli.http.Query;
import io.sequitur.api.cli.text.CliException;
import io.sequitur.api.cli.text.Colour;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Reconciles the triggers now, or shows what the last time found. */
@Command(
    name = "reconcile",
    description =
        "Compares all triggers with what the last reconcile saw, and mends what went past the engine.",
    footer = {
      "",
      "Exits 0, 1 if a trigger is invalid; with --dry-run 3 if there is something to do.",
      "",
      "Example:",
      "  sequitur reconcile --dry-run"
    })
@SuppressWarnings("NullAway.Init") // picocli sets the mixin before it calls the command
final class ReconcileCommand implements Callable<Integer> {
  private static final List<String> OUTCOMES =
      List.of("created", "updated", "refreshed", "unchanged", "deleted", "failed");

  /** Something would change. */
  private static final int CHANGES = 3;

  @Mixin private UrlClient client;

  @Option(names = "--dry-run", description = "Only shows what it would find.")
  private boolean dryRun;

  @Option(names = "--last", description = "Shows the last report instead.")
  private boolean last;

  @Override
  public Integer call() {
    if (last && dryRun) {
      throw client.misuse("--last and --dry-run do not go together");
    }
    ApiResponse answer = answer();
    if (client.json()) {
      client.printJson(answer.text());
    } else {
      print(answer.json());
    }
    JsonNode summary = answer.json().path("summary");
    if (summary.path("failed").asLong() > 0) {
      return CliException.FAILURE;
    }
    return dryRun && !answer.json().path("triggers").isEmpty() ? CHANGES : 0;
  }

  private ApiResponse answer() {
    String path = "/v1/catalogue/reconcile";
    return last
        ? client.api().get(path)
        : client
            .api()
            .post(
                new Query(path).with("dryRun", dryRun ? "true" : null).text(),
                "application/json",
                "");
  }

  private void print(JsonNode report) {
    if (report.path("summary") instanceof MissingNode) {
      client.terminal().out().println("it is not finished yet; later: sequitur reconcile --last");
      return;
    }
    for (JsonNode trigger : report.path("triggers")) {
      String outcome = trigger.path("outcome").asText();
      String text = sign(outcome) + " " + outcome + " trigger " + trigger.path("name").asText();
      String reason = trigger.path("reason").asText("");
      client
          .terminal()
          .out()
          .println(
              colour(outcome)
                  .paint(client.terminal(), reason.isEmpty() ? text : text + ": " + reason));
    }
    client
        .terminal()
        .out()
        .println(
            OUTCOMES.stream()
                .map(outcome -> report.path("summary").path(outcome).asLong() + " " + outcome)
                .collect(Collectors.joining(", ")));
  }

  private static String sign(String outcome) {
    return switch (outcome) {
      case "created" -> "+";
      case "deleted" -> "-";
      case "failed" -> "!";
      default -> "~";
    };
  }

  private static Colour colour(String outcome) {
    return switch (outcome) {
      case "created" -> Colour.GOOD;
      case "deleted", "failed" -> Colour.BAD;
      default -> Colour.WAITING;
    };
  }
}
