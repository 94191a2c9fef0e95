package io.sequitur.api.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Key-values: named values that webhooks use in headers. */
@Command(
    name = "key-value",
    description = "Key-values: named values that webhooks use in headers.",
    footer = {"", "Example:", "  sequitur key-value set erp-token --secret -"})
final class KeyValueCommand extends ResourceCommand {

  KeyValueCommand() {
    super(
        "key-value",
        "key-values",
        Columns.none().and("NAME", "name").and("KIND", "kind").and("VALUE", "value"));
  }

  @Command(
      name = "set",
      description =
          "Creates a key-value, or replaces it; deliveries from then on carry the new value.",
      footer = {
        "",
        "Example:",
        "  printf %%s \"$TOKEN\" | sequitur key-value set erp-token --secret -",
        "  sequitur key-value set region --static eu-west-1",
        "  sequitur key-value set build --environment BUILD_ID"
      })
  int set(
      @Mixin UrlClient client,
      @Parameters(paramLabel = "NAME") String name,
      @Mixin KeyValueFlags flags) {
    return put(client, name, flags.writeTo(client, definition(name)));
  }
}
