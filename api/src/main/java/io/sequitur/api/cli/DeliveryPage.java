package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.cli.text.Json;
import io.sequitur.api.cli.text.Page;
import io.sequitur.api.cli.text.Table;
import io.sequitur.api.cli.text.Terminal;
import io.sequitur.api.cli.text.Times;
import java.util.ArrayList;
import java.util.List;

/** One delivery on a page: how it stands and why, each attempt, and what can be done now. */
final class DeliveryPage {
  private final Terminal terminal;

  DeliveryPage(Terminal terminal) {
    this.terminal = terminal;
  }

  void print(JsonNode delivery) {
    JsonNode attempts = delivery.path("attempts");
    new Page(terminal)
        .field("delivery", delivery.path("id"))
        .field("state", delivery.path("state"))
        .field("why", delivery.path("reason"))
        .field("class", delivery.path("class"))
        .field("webhook", delivery.path("webhook"))
        .field("event", delivery.path("event"))
        .field("type", delivery.path("type"))
        .field("source", delivery.path("source"))
        .field("key", delivery.path("key"))
        .field("workflow", delivery.path("workflow").path("id"))
        .field("updated", time(delivery.path("updatedAt")))
        .field("next attempt", time(delivery.path("nextAttemptAt")))
        .field("on the wire", delivery.path("onTheWire").asBoolean() ? "now" : "")
        .print();
    terminal.out().println();
    printAttempts(attempts);
    printLastFailure(attempts);
    printHistory(delivery.path("actions"));
    printActions(delivery);
  }

  private String time(JsonNode instant) {
    String relative = Times.relative(instant, terminal.clock());
    String at = Times.seconds(instant);
    return relative.isEmpty() ? at : at + " (" + relative + ")";
  }

  private void printAttempts(JsonNode attempts) {
    if (attempts.isEmpty()) {
      terminal.out().println("no attempt yet");
      return;
    }
    Table table = new Table(terminal, "ATTEMPT", "AT", "STATUS", "CLASS", "MS");
    for (JsonNode attempt : attempts) {
      table.row(
          number(attempt),
          Times.millis(attempt.path("at")),
          Json.plain(attempt.path("status")),
          Json.plain(attempt.path("class")),
          Json.plain(attempt.path("durationMs")));
    }
    table.print();
  }

  // Replays count their own attempts.
  private static String number(JsonNode attempt) {
    String replay = Json.plain(attempt.path("replay"));
    String number = Json.plain(attempt.path("number"));
    return replay.isEmpty() ? number : number + " of " + replay;
  }

  // Not in the table, where a terminal would cut it: it is what the page is read for.
  private void printLastFailure(JsonNode attempts) {
    JsonNode last = attempts.path(attempts.size() - 1);
    if (!last.path("hint").isTextual()) {
      return;
    }
    terminal.out().println();
    new Page(terminal)
        .field("last failure", last.path("hint"))
        .field("it answered", Json.plain(last.path("responseBody")).strip())
        .print();
  }

  private void printHistory(JsonNode actions) {
    if (actions.isEmpty()) {
      return;
    }
    terminal.out().println();
    Table table = new Table(terminal, "ACTION", "AT", "BY", "FROM", "TO");
    for (JsonNode action : actions) {
      table.row(
          Json.plain(action.path("action")),
          Times.seconds(action.path("at")),
          Json.plain(action.path("by")),
          Json.plain(action.path("from")),
          Json.plain(action.path("to")));
    }
    table.print();
  }

  private void printActions(JsonNode delivery) {
    List<String> lines = new ArrayList<>();
    for (JsonNode action : delivery.path("availableActions")) {
      String word = Json.plain(action.path("action"));
      String reason = Json.plain(action.path("reason"));
      if (action.path("available").asBoolean()) {
        lines.add("sequitur delivery " + word + " " + Json.plain(delivery.path("id")));
      } else if (!reason.isEmpty()) {
        lines.add("no " + word + ": " + reason);
      }
    }
    if (!lines.isEmpty()) {
      terminal.out().println();
      Page page = new Page(terminal);
      lines.forEach(line -> page.field("now", line));
      page.print();
    }
  }
}
