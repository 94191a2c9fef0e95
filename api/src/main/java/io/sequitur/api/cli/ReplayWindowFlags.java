package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.api.cli.text.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is sent once more, and how fast. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required before it calls the command
final class ReplayWindowFlags {
  @Option(
      names = "--webhook",
      required = true,
      paramLabel = "NAME",
      description = "The webhook to which.")
  private String webhook;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "Of events received at this time or later: 2026-11-21T09:00:00Z, or so long ago: 2h. Default: all that are kept.")
  private @Nullable String since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Of events received before this time, or so long ago. Default: now.")
  private @Nullable String until;

  @Option(
      names = "--types",
      split = ",",
      paramLabel = "PATTERN",
      description = "Of events of these types, with commas between: 'com.github.*'.")
  private List<String> types = List.of();

  @Option(
      names = "--states",
      split = ",",
      paramLabel = "STATE",
      description =
          "Of deliveries in these states, with commas between: delivered, exhausted, skipped, cancelled. Default: all of them.")
  private List<String> states = List.of();

  @Option(
      names = "--rate",
      paramLabel = "NUMBER",
      description = "So many attempts a second at most. Default: as fast as the webhook allows.")
  private @Nullable Double rate;

  ObjectNode body(Client client, boolean dryRun) {
    ObjectNode body = Json.object();
    body.put("webhook", webhook);
    put(body, "since", Moment.of(client, "--since", since));
    put(body, "until", Moment.of(client, "--until", until));
    if (!types.isEmpty()) {
      types.forEach(body.putArray("types")::add);
    }
    if (!states.isEmpty()) {
      states.forEach(body.putArray("states")::add);
    }
    if (rate != null) {
      body.put("rate", rate);
    }
    if (dryRun) {
      body.put("dryRun", true);
    }
    return body;
  }

  private static void put(ObjectNode body, String field, @Nullable String value) {
    if (value != null) {
      body.put(field, value);
    }
  }
}
