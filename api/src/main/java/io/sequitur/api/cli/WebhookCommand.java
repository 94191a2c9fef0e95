package io.sequitur.api.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Webhooks: where events are sent. */
@Command(
    name = "webhook",
    description = "Webhooks: where events are sent.",
    footer = {
      "",
      "Example:",
      "  sequitur webhook set erp --url https://erp.example.com/hooks --on 'com.github.*'"
    })
final class WebhookCommand extends ResourceCommand {

  WebhookCommand() {
    super(
        "webhook",
        "webhooks",
        Columns.none()
            .and("NAME", "name")
            .and("URL", "url")
            .and("EVENTS", "events")
            .and("ACTIVE", "active")
            .and("STATE", "status")
            .and("ORDERED", "ordered"));
  }

  @Command(
      name = "set",
      description = "Creates a webhook, or replaces it whole.",
      footer = {
        "",
        "Example:",
        "  sequitur webhook set erp --url https://erp.example.com/hooks --on 'com.github.*' \\",
        "    --filter 'data.action == \"published\"' --header 'X-Env: prod' \\",
        "    --header-from Authorization=erp-token --ordered --retry '5s 5m 30m'",
        "",
        "Here --url is the webhook's; the server's is --server."
      })
  int set(
      @Mixin Client client,
      @Parameters(paramLabel = "NAME") String name,
      @Mixin WebhookFlags flags) {
    return put(client, name, flags.writeTo(client, definition(name)));
  }
}
