package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.sequitur.api.cli.http.ApiClient;
import io.sequitur.api.cli.http.ApiResponse;
import io.sequitur.api.cli.http.Listing;
import io.sequitur.api.cli.http.Query;
import io.sequitur.api.cli.send.FileSender;
import io.sequitur.api.cli.text.CliException;
import io.sequitur.api.cli.text.Json;
import io.sequitur.api.cli.text.Times;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Events: sending them, and what became of them. */
@Command(
    name = "event",
    description = "Events: sending them, and what became of them.",
    footer = {"", "Example:", "  sequitur event send -f events.jsonl"})
final class EventCommand {
  private static final Columns COLUMNS =
      Columns.none()
          .and("ID", "id")
          .and("TYPE", "type")
          .and("SOURCE", "source")
          .and("SUBJECT", "subject")
          .and("STATE", "state")
          .and("RECEIVED", event -> Times.seconds(event.path("receivedAt")));

  @Command(
      name = "send",
      description = "Sends one event, or a file of them in order.",
      footer = {
        "",
        "Example:",
        "  sequitur event send -f events.jsonl",
        "  sequitur event send --type com.example.paid --source /shop --subject order-7 --data '{\"total\": 12.50}'"
      })
  int send(@Mixin UrlClient client, @Mixin EventFlags flags) {
    if (flags.file != null && flags.anyAttribute()) {
      throw client.misuse(
          "-f sends a file of whole events; the other flags make one event. Use one or the other");
    }
    if (flags.file != null) {
      return report(client, sendFile(client, flags.file));
    }
    if (!flags.anyAttribute()) {
      throw client.misuse(
          "nothing to send: give a file with -f, or an event with --type, --source and --data");
    }
    String event = Json.write(flags.event(client));
    return reportOne(client, client.api().post("/v1/events", "application/json", event));
  }

  @Command(
      name = "show",
      description = "Shows one event: what it matched, and how its deliveries stand.",
      footer = {
        "",
        "Example:",
        "  sequitur event show evt_01jd3v6x7y",
        "  sequitur event show evt_01jd3v6x7y --explain deploys"
      })
  int show(
      @Mixin UrlClient client,
      @Parameters(paramLabel = "ID") String id,
      @Option(
              names = "--explain",
              paramLabel = "TRIGGER",
              description = "Says why this trigger matches it, or why not.")
          @Nullable String trigger) {
    ApiClient api = client.api();
    ApiResponse event = TriggerCheck.stored(api, id, trigger);
    if (client.json()) {
      client.printJson(event.text());
      return 0;
    }
    if (trigger != null) {
      new ExplanationPage(client.terminal()).print(event.json().path("explanation"));
      return 0;
    }
    // The event names its deliveries; how often each was tried, their own list says.
    Listing deliveries =
        Listing.read(api, new Query("/v1/deliveries").with("event", id), EventPage.MOST_DELIVERIES);
    new EventPage(client.terminal()).print(event.json(), deliveries);
    return 0;
  }

  @Command(
      name = "list",
      description = "Lists events, the newest first.",
      footer = {"", "Example:", "  sequitur event list --type com.github.push --limit 20"})
  int list(
      @Mixin UrlClient client,
      @Option(names = "--type", paramLabel = "TYPE", description = "Only of this type.")
          @Nullable String type,
      @Option(names = "--source", paramLabel = "URI", description = "Only from this source.")
          @Nullable String source,
      @Option(
              names = "--state",
              paramLabel = "STATE",
              description = "Only in this state: pending, routed, quarantined.")
          @Nullable String state,
      @Mixin Limit limit) {
    Query query =
        new Query("/v1/events").with("type", type).with("source", source).with("state", state);
    return client.printList(Listing.read(client.api(), query, limit.count()), "events", COLUMNS);
  }

  @Command(
      name = "release",
      description = "Lets a quarantined event go on: it is routed as if it came now.",
      footer = {"", "Example:", "  sequitur event release evt_01jd3v6x7y"})
  int release(@Mixin UrlClient client, @Parameters(paramLabel = "ID") String id) {
    String path = "/v1/events/" + Query.segment(id) + "/release";
    ApiResponse answer =
        client.named("event", id, () -> client.api().post(path, "application/json", "{}"));
    if (client.json()) {
      client.printJson(answer.text());
    } else {
      client.terminal().out().println("released " + id);
    }
    return 0;
  }

  private static ArrayNode sendFile(Client client, String file) {
    FileSender sender = new FileSender(client.api(), client.terminal());
    if (file.equals("-")) {
      return sender.send("the input", client.terminal().in(), 0);
    }
    Path path = client.terminal().directory().resolve(file);
    if (!Files.isRegularFile(path)) {
      throw new CliException("there is no file " + path);
    }
    try (InputStream stream = Files.newInputStream(path)) {
      return sender.send(file, stream, Files.size(path));
    } catch (IOException e) {
      throw new CliException("cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static int report(Client client, ArrayNode answers) {
    if (client.json()) {
      client.printJson(Json.write(Json.object().set("accepted", answers)));
      return 0;
    }
    int duplicates = 0;
    for (JsonNode answer : answers) {
      duplicates += answer.path("duplicate").asBoolean() ? 1 : 0;
    }
    int accepted = answers.size() - duplicates;
    String line = counted(accepted, "event") + " accepted, " + counted(duplicates, "duplicate");
    client.terminal().out().println(line);
    return 0;
  }

  private static int reportOne(Client client, ApiResponse answer) {
    if (client.json()) {
      client.printJson(answer.text());
      return 0;
    }
    JsonNode json = answer.json();
    String word = json.path("duplicate").asBoolean() ? "duplicate of " : "accepted ";
    client.terminal().out().println(word + json.path("id").asText());
    return 0;
  }

  private static String counted(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
