package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Caches of one's own, kept right by triggers on the tables that they are made from. */
@Command(
    name = "cache",
    description = "Caches of your own, and the tables that they are made from.",
    footer = {
      "",
      "Example:",
      "  sequitur cache set flags --key 'team:{{ team_id }}:flags' --table public.feature_flag"
    })
final class CacheCommand extends ResourceCommand {

  CacheCommand() {
    super(
        "cache",
        "caches",
        Columns.none()
            .and("NAME", "name")
            .and("KEY", "key")
            .and("TABLES", cache -> Integer.toString(cache.path("tables").size()))
            .and("STATE", "state")
            .and("REASON", "reason"));
  }

  @Command(
      name = "set",
      description =
          "Creates a cache, or replaces it whole. Its triggers are made by the owner of the schema: at once in dev, else by migrate.",
      footer = {
        "",
        "Example:",
        "  sequitur cache set flags --key 'team:{{ team_id }}:flags' --table public.feature_flag \\",
        "    --related 'public.flag_tag flag_id=public.feature_flag.id'"
      })
  int set(
      @Mixin UrlClient client,
      @Parameters(paramLabel = "NAME") String name,
      @Mixin CacheFlags flags) {
    ObjectNode definition = flags.writeTo(definition(name));
    return put(client, name, definition);
  }
}
