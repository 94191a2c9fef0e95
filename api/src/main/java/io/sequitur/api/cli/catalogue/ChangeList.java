package io.sequitur.api.cli.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.cli.text.Colour;
import io.sequitur.api.cli.text.Json;
import io.sequitur.api.cli.text.Terminal;

/** Prints a plan, or what was done: a line for each change, and the sum. */
public record ChangeList(Terminal terminal, JsonNode answer) {

  /** Whether there is anything but what stands already. */
  public boolean changesAnything() {
    JsonNode summary = answer.path("summary");
    return count(summary, "created") + count(summary, "updated") + count(summary, "deleted") > 0;
  }

  public void print() {
    for (JsonNode change : answer.path("changes")) {
      String what = change.path("kind").asText() + " " + change.path("name").asText();
      String fields = Json.plain(change.path("fields"));
      switch (change.path("action").asText()) {
        case "created" -> line(Colour.GOOD, "+ created " + what);
        case "updated" -> line(Colour.WAITING, "~ updated " + what + ": " + fields);
        case "deleted" -> line(Colour.BAD, "- deleted " + what);
        default -> {
          // Unchanged ones are only counted.
        }
      }
    }
    JsonNode summary = answer.path("summary");
    if (!changesAnything()) {
      terminal.out().println("nothing to do: " + count(summary, "unchanged") + " unchanged");
      return;
    }
    terminal
        .out()
        .printf(
            "%d created, %d updated, %d unchanged, %d deleted%n",
            count(summary, "created"),
            count(summary, "updated"),
            count(summary, "unchanged"),
            count(summary, "deleted"));
    answer
        .path("signingSecrets")
        .properties()
        .forEach(secret ->
            terminal
                .out()
                .println(
                    "signing secret of webhook %s, shown only this once: %s"
                        .formatted(secret.getKey(), secret.getValue().asText())));
  }

  /** What {@code apply --planned} takes. */
  public void printVersion() {
    String version = answer.path("version").asText("");
    if (changesAnything() && !version.isEmpty()) {
      terminal.out().println("to apply this and nothing else: --planned " + version);
    }
  }

  private void line(Colour colour, String text) {
    terminal.out().println(colour.paint(terminal, text));
  }

  private static long count(JsonNode summary, String action) {
    return summary.path(action).asLong();
  }
}
