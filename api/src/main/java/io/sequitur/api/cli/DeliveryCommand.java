package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.api.cli.http.ApiResponse;
import io.sequitur.api.cli.http.Listing;
import io.sequitur.api.cli.http.Query;
import io.sequitur.api.cli.text.CliException;
import io.sequitur.api.cli.text.Json;
import io.sequitur.api.cli.text.Times;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deliveries: one event on its way to one webhook. */
@Command(
    name = "delivery",
    description = "Deliveries: one event on its way to one webhook.",
    footer = {
      "",
      "Example: what needs somebody",
      "  sequitur delivery list --state blocked,held,exhausted --since 12h"
    })
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
      description = "Lists deliveries, those of the newest events first.",
      footer = {
        "",
        "Example:",
        "  sequitur delivery list --webhook erp --state blocked",
        "  sequitur delivery list --state blocked,exhausted,skipped    # dead letters"
      })
  int list(
      @Mixin UrlClient client,
      @Mixin DeliveryFilter filter,
      @Option(names = "--event", paramLabel = "ID", description = "Only of this event.")
          @Nullable String event,
      @Mixin Limit limit) {
    Query query = filter.writeTo(new Query("/v1/deliveries").with("event", event), client);
    Listing found = Listing.read(client.api(), query, limit.count());
    client.printList(found, "deliveries", COLUMNS);
    client.tellOfMissingWebhook(found, filter.webhook());
    return 0;
  }

  @Command(
      name = "show",
      description =
          "Shows one delivery: how it stands and why, its attempts, and what can be done now.",
      footer = {"", "Example:", "  sequitur delivery show dlv_01jd3v6x7y"})
  int show(@Mixin UrlClient client, @Parameters(paramLabel = "ID") String id) {
    ApiResponse answer = named(client, id, path -> client.api().get(path));
    if (client.json()) {
      client.printJson(answer.text());
    } else {
      new DeliveryPage(client.terminal()).print(answer.json());
    }
    return 0;
  }

  @Command(
      name = "retry",
      description =
          "Tries a delivery again now, or all that a filter finds; one whose retries are used up begins them again.",
      footer = {
        "",
        "Example:",
        "  sequitur delivery retry dlv_01jd3v6x7y",
        "  sequitur delivery retry --webhook erp --state exhausted --dry-run"
      })
  int retry(
      @Mixin UrlClient client,
      @Parameters(paramLabel = "ID", arity = "0..1") @Nullable String id,
      @Mixin DeliveryFilter filter,
      @Option(names = "--dry-run", description = "Only say how many.") boolean dryRun) {
    return act(client, "retry", id, filter, dryRun);
  }

  @Command(
      name = "cancel",
      description = "Gives a delivery up, or all that a filter finds.",
      footer = {
        "",
        "Example:",
        "  sequitur delivery cancel dlv_01jd3v6x7y",
        "  sequitur delivery cancel --webhook erp --state waiting,retrying --dry-run"
      })
  int cancel(
      @Mixin UrlClient client,
      @Parameters(paramLabel = "ID", arity = "0..1") @Nullable String id,
      @Mixin DeliveryFilter filter,
      @Option(names = "--dry-run", description = "Only say how many.") boolean dryRun) {
    return act(client, "cancel", id, filter, dryRun);
  }

  @Command(
      name = "skip",
      description = "Passes over the head of a lane, so that the lane goes on.",
      footer = {
        "",
        "Example:",
        "  sequitur delivery skip dlv_01jd3v6x7y",
        "  sequitur delivery skip --webhook erp --state blocked"
      })
  int skip(
      @Mixin UrlClient client,
      @Parameters(paramLabel = "ID", arity = "0..1") @Nullable String id,
      @Mixin DeliveryFilter filter,
      @Option(names = "--dry-run", description = "Only say how many.") boolean dryRun) {
    return act(client, "skip", id, filter, dryRun);
  }

  private static int act(
      Client client, String action, @Nullable String id, DeliveryFilter filter, boolean dryRun) {
    if (id != null && dryRun) {
      throw client.misuse(
          "--dry-run goes with a filter; what can be done to one says: sequitur delivery show "
              + id);
    }
    if ((id == null) == filter.isEmpty()) {
      throw client.misuse("give the ID of a delivery, or a filter: --webhook, --state, --since");
    }
    return id == null ? actOnAll(client, action, filter, dryRun) : actOnOne(client, action, id);
  }

  private static int actOnOne(Client client, String action, String id) {
    ApiResponse answer =
        named(client, id, path -> client.api().post(path + "/" + action, "application/json", "{}"));
    if (client.json()) {
      client.printJson(answer.text());
      return 0;
    }
    client.terminal().out().println(action + ": " + id);
    String reason = Json.plain(answer.json().path("reason"));
    if (!reason.isEmpty()) {
      client.terminal().out().println(reason);
    }
    return 0;
  }

  private static ApiResponse named(
      Client client, String id, Function<String, ApiResponse> request) {
    if (id.startsWith("evt_")) {
      throw new CliException(
          "%s is an event; its deliveries: sequitur delivery list --event %s".formatted(id, id));
    }
    return client.named("delivery", id, () -> request.apply("/v1/deliveries/" + Query.segment(id)));
  }

  private static int actOnAll(Client client, String action, DeliveryFilter filter, boolean dryRun) {
    ObjectNode body = filter.body(client).put("dryRun", dryRun);
    ApiResponse answer =
        client.api().post("/v1/deliveries/" + action, "application/json", Json.write(body));
    if (client.json()) {
      client.printJson(answer.text());
      return 0;
    }
    JsonNode done = answer.json();
    client
        .terminal()
        .out()
        .println(
            action
                + ": "
                + Json.plain(done.path("count"))
                + " of "
                + Json.plain(done.path("matched"))
                + (dryRun ? ", if this were no dry run" : ""));
    done.path("refused")
        .forEach(one ->
            client
                .terminal()
                .out()
                .println(
                    Json.plain(one.path("count")) + " not: " + Json.plain(one.path("reason"))));
    return 0;
  }
}
