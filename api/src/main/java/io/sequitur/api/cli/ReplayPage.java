package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.cli.text.Json;
import io.sequitur.api.cli.text.Page;
import io.sequitur.api.cli.text.Table;
import io.sequitur.api.cli.text.Terminal;
import io.sequitur.api.cli.text.Times;

/** One replay on a page: how far it is, what failed last, and what can be done now. */
final class ReplayPage {
  private final Terminal terminal;

  ReplayPage(Terminal terminal) {
    this.terminal = terminal;
  }

  void print(JsonNode replay) {
    JsonNode error = replay.path("lastError");
    new Page(terminal)
        .field("replay", replay.path("id"))
        .field("state", replay.path("state"))
        .field("why", replay.path("reason"))
        .field("webhook", replay.path("webhook"))
        .field("since", Times.seconds(replay.path("since")))
        .field("until", Times.seconds(replay.path("until")))
        .field("types", words(replay.path("types")))
        .field("states", words(replay.path("states")))
        .field("rate", replay.has("rate") ? Json.plain(replay.path("rate")) + " a second" : "")
        .field("total", replay.path("total"))
        .field("delivered", replay.path("delivered"))
        .field("given up", replay.path("failed"))
        .field("remaining", replay.path("remaining"))
        .field("retrying", replay.path("retrying"))
        .field("on the wire", replay.path("underWay"))
        .field("next retry", Times.seconds(replay.path("nextAttemptAt")))
        .field("started", Times.seconds(replay.path("createdAt")))
        .field("by", replay.path("createdBy"))
        .field("finished", Times.seconds(replay.path("finishedAt")))
        .field("workflow", replay.path("workflow").path("id"))
        .field("last failure", error.path("hint"))
        .print();
    printFailures(replay.path("failures"));
    printActions(replay);
  }

  private static String words(JsonNode list) {
    StringBuilder words = new StringBuilder();
    list.forEach(word -> words.append(words.isEmpty() ? "" : ", ").append(Json.plain(word)));
    return words.toString();
  }

  private void printFailures(JsonNode failures) {
    if (failures.isEmpty()) {
      return;
    }
    terminal.out().println();
    Table table = new Table(terminal, "FAILED", "ATTEMPT", "AT", "STATUS", "CLASS", "GIVEN UP");
    for (JsonNode failure : failures) {
      table.row(
          Json.plain(failure.path("delivery")),
          Json.plain(failure.path("attempt")),
          Times.seconds(failure.path("at")),
          Json.plain(failure.path("status")),
          Json.plain(failure.path("class")),
          failure.path("givenUp").asBoolean() ? "yes" : "");
    }
    table.print();
  }

  private void printActions(JsonNode replay) {
    Page page = new Page(terminal);
    boolean any = false;
    for (JsonNode action : replay.path("availableActions")) {
      if (action.path("available").asBoolean()) {
        any = true;
        page.field(
            "now",
            "sequitur replay "
                + Json.plain(action.path("action"))
                + " "
                + Json.plain(replay.path("id")));
      }
    }
    if (any) {
      terminal.out().println();
      page.print();
    }
  }
}
