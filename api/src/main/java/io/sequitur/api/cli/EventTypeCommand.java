package io.sequitur.api.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Event types: what the events of a type look like. */
@Command(
    name = "event-type",
    description = "Event types: what the events of a type look like.",
    footer = {
      "",
      "Example:",
      "  sequitur event-type set com.github.push --schema-file push.json --on-invalid quarantine"
    })
final class EventTypeCommand extends ResourceCommand {

  EventTypeCommand() {
    super(
        "event-type",
        "event-types",
        Columns.none()
            .and("NAME", "name")
            .and("SCHEMA", type -> type.path("schema").isObject() ? "yes" : "no")
            .and("ON INVALID", "onInvalid")
            .and("STATE", "state")
            .and("DESCRIPTION", "description"));
  }

  @Command(
      name = "set",
      description =
          "Creates an event type, or replaces it whole; events published from then on are held against it.",
      footer = {
        "",
        "Example:",
        "  sequitur event-type set com.github.push --schema-file push.json --on-invalid quarantine"
      })
  int set(
      @Mixin UrlClient client,
      @Parameters(paramLabel = "NAME") String name,
      @Mixin EventTypeFlags flags) {
    return put(client, name, flags.writeTo(client, definition(name)));
  }
}
