package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.cli.text.Colour;
import io.sequitur.api.cli.text.Json;
import io.sequitur.api.cli.text.Terminal;
import java.util.ArrayList;
import java.util.List;

/** Why a trigger matches an event, or why not: a mark and a line for everything that was tested. */
final class ExplanationPage {
  private final Terminal terminal;

  ExplanationPage(Terminal terminal) {
    this.terminal = terminal;
  }

  void print(JsonNode explanation) {
    boolean matches = explanation.path("matches").asBoolean();
    String trigger = Json.plain(explanation.path("trigger"));
    terminal
        .out()
        .println(
            (matches ? Colour.GOOD : Colour.BAD)
                .paint(terminal, trigger + (matches ? " matches" : " does not match")));
    terminal.out().println("  " + Json.plain(explanation.path("reason")));
    JsonNode type = explanation.path("type");
    line(1, type.path("matches").asBoolean() ? "true" : "false", "type " + typeLine(type));
    if (explanation.path("filter").isObject()) {
      part(1, "filter ", explanation.path("filter"));
    }
    String condition = Json.plain(explanation.path("condition"));
    if (!condition.isEmpty()) {
      terminal.out().println("  " + condition);
    }
    boolean now = matches && condition.isEmpty();
    explanation.path("actions").forEach(action -> action(now, action));
    String note = Json.plain(explanation.path("routed").path("note"));
    if (!note.isEmpty()) {
      terminal.out().println(Colour.WAITING.paint(terminal, note));
    }
  }

  private static String typeLine(JsonNode type) {
    String pattern = Json.plain(type.path("pattern"));
    String patterns = Json.plain(type.path("patterns"));
    String name = Json.plain(type.path("type"));
    if (!pattern.isEmpty()) {
      return name + " matches " + pattern;
    }
    return patterns.isEmpty()
        ? name + " (the trigger takes all user events)"
        : name + " matches none of " + patterns;
  }

  private void part(int depth, String label, JsonNode part) {
    List<String> because = new ArrayList<>();
    for (JsonNode value : part.path("values")) {
      String seen = Json.plain(value.path("value"));
      because.add(
          Json.plain(value.path("expression"))
              + " "
              + (seen.isEmpty() ? Json.plain(value.path("problem")) : "was " + seen));
    }
    String problem = Json.plain(part.path("problem"));
    if (!problem.isEmpty()) {
      because.add(problem);
    }
    String line = label + Json.plain(part.path("expression"));
    line(
        depth,
        Json.plain(part.path("result")),
        because.isEmpty() ? line : line + "    " + faint(String.join(", ", because)));
    for (JsonNode child : part.path("parts")) {
      part(depth + 1, "", child);
    }
  }

  private void action(boolean matches, JsonNode action) {
    List<String> webhooks = new ArrayList<>();
    for (JsonNode webhook : action.path("deliver")) {
      String note = Json.plain(webhook.path("note"));
      webhooks.add(Json.plain(webhook.path("webhook")) + (note.isEmpty() ? "" : " (" + note + ")"));
    }
    String workflow = Json.plain(action.path("startWorkflow"));
    String what =
        workflow.isEmpty()
            ? (matches ? "delivers to " : "would deliver to ") + String.join(", ", webhooks)
            : (matches ? "starts the workflow " : "would start the workflow ") + workflow;
    String problem = Json.plain(action.path("problem"));
    terminal
        .out()
        .println(
            problem.isEmpty()
                ? "  " + what
                : Colour.BAD.paint(
                    terminal, "  cannot start the workflow " + workflow + ": " + problem));
  }

  private void line(int depth, String result, String text) {
    String mark =
        switch (result) {
          case "true" -> Colour.GOOD.paint(terminal, "✓");
          case "false" -> Colour.BAD.paint(terminal, "✗");
          default -> Colour.WAITING.paint(terminal, "!");
        };
    terminal.out().println("  ".repeat(depth) + mark + " " + text);
  }

  private String faint(String text) {
    return Colour.FAINT.paint(terminal, text);
  }
}
