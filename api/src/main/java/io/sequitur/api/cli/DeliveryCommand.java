package io.sequitur.api.cli;

import io.sequitur.api.cli.http.ApiResponse;
import io.sequitur.api.cli.http.Listing;
import io.sequitur.api.cli.http.Query;
import io.sequitur.api.cli.text.Times;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deliveries: one event on its way to one webhook. */
@Command(
    name = "delivery",
    description = "Deliveries: one event on its way to one webhook.",
    footer = {"", "Example:", "  sequitur delivery list --webhook erp --state retrying"})
final class DeliveryCommand {
  private static final Columns COLUMNS =
      Columns.none()
          .and("ID", "id")
          .and("EVENT", "event")
          .and("TYPE", "type")
          .and("WEBHOOK", "webhook")
          .and("STATE", "state")
          .and("CLASS", "class")
          .and("ATTEMPTS", "attemptCount")
          .and("NEXT", delivery -> Times.seconds(delivery.path("nextAttemptAt")))
          .and("UPDATED", delivery -> Times.seconds(delivery.path("updatedAt")));

  @Command(
      name = "list",
      description = "Lists deliveries.",
      footer = {"", "Example:", "  sequitur delivery list --webhook erp --state blocked"})
  int list(
      @Mixin UrlClient client,
      @Option(names = "--webhook", paramLabel = "NAME", description = "Only to this webhook.")
          @Nullable String webhook,
      @Option(names = "--event", paramLabel = "ID", description = "Only of this event.")
          @Nullable String event,
      @Option(
              names = "--state",
              paramLabel = "STATE",
              description =
                  "Only in this state: pending, delivered, retrying, waiting, held, blocked, exhausted, skipped,"
                      + " cancelled.")
          @Nullable String state,
      @Mixin Limit limit) {
    Query query =
        new Query("/v1/deliveries")
            .with("webhook", webhook)
            .with("event", event)
            .with("state", state);
    return client.printList(
        Listing.read(client.api(), query, limit.count()), "deliveries", COLUMNS);
  }

  @Command(
      name = "show",
      description = "Shows one delivery: its attempts, what went wrong, what comes next.",
      footer = {"", "Example:", "  sequitur delivery show dlv_01jd3v6x7y"})
  int show(@Mixin UrlClient client, @Parameters(paramLabel = "ID") String id) {
    ApiResponse answer =
        client.named("delivery", id, () -> client.api().get("/v1/deliveries/" + Query.segment(id)));
    if (client.json()) {
      client.printJson(answer.text());
    } else {
      new DeliveryPage(client.terminal()).print(answer.json());
    }
    return 0;
  }

  @Command(
      name = "retry",
      description = "Tries a delivery again now.",
      footer = {"", "Example:", "  sequitur delivery retry dlv_01jd3v6x7y"})
  int retry(@Mixin UrlClient client, @Parameters(paramLabel = "ID") String id) {
    return act(client, id, "retry");
  }

  @Command(
      name = "cancel",
      description = "Gives a delivery up.",
      footer = {"", "Example:", "  sequitur delivery cancel dlv_01jd3v6x7y"})
  int cancel(@Mixin UrlClient client, @Parameters(paramLabel = "ID") String id) {
    return act(client, id, "cancel");
  }

  @Command(
      name = "skip",
      description = "Passes over a blocked delivery, so that its lane goes on.",
      footer = {"", "Example:", "  sequitur delivery skip dlv_01jd3v6x7y"})
  int skip(@Mixin UrlClient client, @Parameters(paramLabel = "ID") String id) {
    return act(client, id, "skip");
  }

  private static int act(Client client, String id, String action) {
    String path = "/v1/deliveries/" + Query.segment(id) + "/" + action;
    ApiResponse answer =
        client.named("delivery", id, () -> client.api().post(path, "application/json", "{}"));
    if (client.json()) {
      client.printJson(answer.text());
    } else {
      client.terminal().out().println(action + ": " + id);
    }
    return 0;
  }
}
