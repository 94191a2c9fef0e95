package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.cli.text.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Triggers: which events start which actions. */
@Command(
    name = "trigger",
    description = "Triggers: which events start which actions.",
    footer = {
      "",
      "Example:",
      "  sequitur trigger set deploys --on 'com.github.release.*' --deliver erp"
    })
final class TriggerCommand extends ResourceCommand {

  TriggerCommand() {
    super(
        "trigger",
        "triggers",
        Columns.none()
            .and("NAME", "name")
            .and("ON", trigger -> Json.plain(trigger.path("on").path("events")))
            .and("FILTER", trigger -> Json.plain(trigger.path("on").path("filter")))
            .and("CONDITION", trigger -> condition(trigger.path("condition")))
            .and("ACTIONS", TriggerCommand::actions)
            .and("STATE", "state"));
  }

  @Command(
      name = "set",
      description = "Creates a trigger, or replaces it whole.",
      footer = {
        "",
        "Example:",
        "  sequitur trigger set deploys --on 'com.github.release.*' \\",
        "    --filter 'data.action == \"published\"' --deliver erp",
        "  sequitur trigger set deploys --on 'com.github.release.*' \\",
        "    --start-workflow Deploy --task-queue deploys --workflow-id 'deploy-{{ event.id }}' \\",
        "    --input repo='{{ data.repository.full_name }}' --input dryRun:=false"
      })
  int set(
      @Mixin UrlClient client,
      @Parameters(paramLabel = "NAME") String name,
      @Mixin TriggerFlags flags) {
    return put(client, name, flags.writeTo(client, definition(name)));
  }

  private static String condition(JsonNode condition) {
    if (!condition.isObject()) {
      return Json.plain(condition);
    }
    String what =
        condition.has("threshold")
            ? Json.plain(condition.path("threshold"))
            : Json.plain(condition.path("after"))
                + " without "
                + Json.plain(condition.path("absent"));
    String each =
        condition.has("forEach") ? " for each " + Json.plain(condition.path("forEach")) : "";
    return what + " within " + Json.plain(condition.path("within")) + each;
  }

  @Command(
      name = "test",
      description =
          "Says whether a trigger matches an event, and why; nothing is stored or delivered.",
      footer = {
        "",
        "Exits 0 if it matches, 3 if it does not, 1 if something went wrong.",
        "",
        "Example:",
        "  sequitur trigger test deploys -f event.json",
        "  sequitur trigger test webhook::erp --event evt_01jd3v6x7y"
      })
  int test(
      @Mixin UrlClient client,
      @Parameters(paramLabel = "NAME") String name,
      @Option(
              names = {"-f", "--file"},
              paramLabel = "EVENT.json",
              description = "A CloudEvent in JSON; - reads the input.")
          @Nullable String file,
      @Option(names = "--event", paramLabel = "ID", description = "An event that was published.")
          @Nullable String event) {
    TriggerCheck check = new TriggerCheck(client, name);
    if (file != null && event == null) {
      return check.ofFile(file);
    }
    if (event != null && file == null) {
      return check.ofStored(event);
    }
    throw client.misuse(
        "give one event: a file with -f, or the id of a published one with --event");
  }

  private static String actions(JsonNode trigger) {
    if (trigger.path("builtIn").asBoolean()) {
      return "built in";
    }
    List<String> shown = new ArrayList<>();
    for (JsonNode action : trigger.path("actions")) {
      action
          .properties()
          .forEach(entry -> {
            JsonNode value = entry.getValue();
            shown.add(
                entry.getKey() + " " + Json.plain(value.isObject() ? value.path("type") : value));
          });
    }
    return String.join("; ", shown);
  }
}
