package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.cli.text.Json;
import io.sequitur.api.cli.text.Page;
import io.sequitur.api.cli.text.Table;
import io.sequitur.api.cli.text.Terminal;
import io.sequitur.api.cli.text.Times;
import java.util.ArrayList;
import java.util.List;

/** One delivery on a page: how it stands, and each attempt with its hint. */
final class DeliveryPage {
  private final Terminal terminal;

  DeliveryPage(Terminal terminal) {
    this.terminal = terminal;
  }

  void print(JsonNode delivery) {
    new Page(terminal)
        .field("delivery", delivery.path("id"))
        .field("state", delivery.path("state"))
        .field("class", delivery.path("class"))
        .field("webhook", delivery.path("webhook"))
        .field("event", delivery.path("event"))
        .field("type", delivery.path("type"))
        .field("workflow", delivery.path("workflow").path("id"))
        .field("run", delivery.path("workflow").path("runId"))
        .field("updated", Times.seconds(delivery.path("updatedAt")))
        .field("next attempt", Times.seconds(delivery.path("nextAttemptAt")))
        .field("possible", possibleActions(delivery))
        .print();
    terminal.out().println();
    printAttempts(delivery.path("attempts"));
  }

  private static String possibleActions(JsonNode delivery) {
    List<String> possible = new ArrayList<>();
    for (JsonNode action : delivery.path("availableActions")) {
      if (action.path("available").asBoolean()) {
        possible.add(Json.plain(action.path("action")));
      }
    }
    return String.join(", ", possible);
  }

  private void printAttempts(JsonNode attempts) {
    if (attempts.isEmpty()) {
      terminal.out().println("no attempt yet");
      return;
    }
    Table table = new Table(terminal, "ATTEMPT", "AT", "STATUS", "CLASS", "MS", "HINT");
    for (JsonNode attempt : attempts) {
      table.row(
          Json.plain(attempt.path("number")),
          Times.millis(attempt.path("at")),
          Json.plain(attempt.path("status")),
          Json.plain(attempt.path("class")),
          Json.plain(attempt.path("durationMs")),
          Json.plain(attempt.path("hint")));
    }
    table.print();
  }
}
