package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.cli.http.Listing;
import io.sequitur.api.cli.text.Colour;
import io.sequitur.api.cli.text.Json;
import io.sequitur.api.cli.text.Page;
import io.sequitur.api.cli.text.PrettyJson;
import io.sequitur.api.cli.text.Table;
import io.sequitur.api.cli.text.Terminal;
import io.sequitur.api.cli.text.Times;
import java.util.ArrayList;
import java.util.List;

/** One event on a page: what it is, what it matched, where it went, how it begins. */
final class EventPage {
  /** As many as one answer of the server holds. */
  static final int MOST_DELIVERIES = 200;

  private static final int LINES_OF_DATA = 12;

  private static final List<String> OWN_ATTRIBUTES =
      List.of("specversion", "data", "type", "source", "subject", "id");

  private final Terminal terminal;

  EventPage(Terminal terminal) {
    this.terminal = terminal;
  }

  void print(JsonNode answer, Listing deliveries) {
    JsonNode event = answer.path("event");
    Page page =
        new Page(terminal)
            .field("event", answer.path("id"))
            .field("state", answer.path("state"))
            .field("reason", answer.path("reason"))
            .field("warning", answer.path("warning"))
            .field("released", Times.millis(answer.path("releasedAt")))
            .field("type", event.path("type"))
            .field("source", event.path("source"))
            .field("subject", event.path("subject"))
            .field("own id", event.path("id"))
            .field("received", Times.millis(answer.path("receivedAt")))
            .field("key", answer.path("key"))
            .field("sequence", answer.path("sequence"));
    event
        .properties()
        .forEach(entry -> {
          if (!OWN_ATTRIBUTES.contains(entry.getKey())) {
            page.field(entry.getKey(), entry.getValue());
          }
        });
    page.field("triggers", triggers(answer))
        .field("workflow", answer.path("workflow").path("id"))
        .field("run", answer.path("workflow").path("runId"))
        .print();
    terminal
        .out()
        .printf(
            "%nwhy a trigger matched, or did not: sequitur event show %s --explain TRIGGER%n",
            Json.plain(answer.path("id")));
    printDeliveries(deliveries);
    printActions(answer.path("actions"));
    printData(event.path("data"));
  }

  private static String triggers(JsonNode answer) {
    List<String> names = new ArrayList<>();
    answer.path("matches").forEach(match -> names.add(match(match)));
    return names.isEmpty() ? "none matched" : String.join(", ", names);
  }

  /**
   * A condition's trigger may have done nothing, and says so: {@code failures (counted, 3 of 5)}.
   */
  private static String match(JsonNode match) {
    String name = Json.plain(match.path("trigger"));
    JsonNode condition = match.path("condition");
    if (!condition.isObject()) {
      return name;
    }
    String count =
        condition.hasNonNull("count")
            ? ", " + condition.path("count") + " of " + condition.path("threshold")
            : "";
    return name + " (" + Json.plain(condition.path("state")) + count + ")";
  }

  private void printDeliveries(Listing deliveries) {
    terminal.out().println();
    if (deliveries.items().isEmpty()) {
      terminal.out().println("no deliveries");
      return;
    }
    Table table = new Table(terminal, "DELIVERY", "WEBHOOK", "STATE", "CLASS", "ATTEMPTS", "NEXT");
    for (JsonNode delivery : deliveries.items()) {
      table.row(
          Json.plain(delivery.path("id")),
          Json.plain(delivery.path("webhook")),
          Json.plain(delivery.path("state")),
          Json.plain(delivery.path("class")),
          Json.plain(delivery.path("attemptCount")),
          Times.seconds(delivery.path("nextAttemptAt")));
    }
    table.print();
    if (deliveries.more()) {
      terminal.out().println("and more: sequitur delivery list --event ID");
    }
  }

  private void printActions(JsonNode actions) {
    if (actions.isEmpty()) {
      return;
    }
    terminal.out().println();
    Table table =
        new Table(
            terminal, "TRIGGER", "ACTION", "STATE", "WORKFLOW", "RUN", "ATTEMPTS", "NEXT", "ERROR");
    for (JsonNode action : actions) {
      table.row(
          Json.plain(action.path("trigger")),
          Json.plain(action.path("kind")),
          Json.plain(action.path("state")),
          Json.plain(action.path("workflow").path("id")),
          Json.plain(action.path("workflow").path("runId")),
          Json.plain(action.path("attempts")),
          Times.seconds(action.path("nextAttemptAt")),
          Json.plain(action.path("lastError")));
    }
    table.print();
  }

  private void printData(JsonNode data) {
    if (data.isMissingNode()) {
      return;
    }
    List<String> lines = PrettyJson.indent(Json.write(data)).lines().toList();
    terminal.out().println();
    terminal.out().println(Colour.FAINT.paint(terminal, "data"));
    lines.stream().limit(LINES_OF_DATA).forEach(line -> terminal.out().println("  " + line));
    if (lines.size() > LINES_OF_DATA) {
      terminal.out().printf("  … %d more lines; -o json shows all%n", lines.size() - LINES_OF_DATA);
    }
  }
}
