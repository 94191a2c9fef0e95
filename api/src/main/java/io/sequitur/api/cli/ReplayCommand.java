package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.cli.http.ApiResponse;
import io.sequitur.api.cli.http.Listing;
import io.sequitur.api.cli.http.Query;
import io.sequitur.api.cli.send.ProgressBar;
import io.sequitur.api.cli.text.CliException;
import io.sequitur.api.cli.text.Json;
import io.sequitur.api.cli.text.Times;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Replays: what a webhook was sent is sent once more. */
@Command(
    name = "replay",
    description = "Replays: what a webhook was sent, or what was given up, is sent once more.",
    footer = {
      "",
      "Example: everything of the night that came to nothing",
      "  sequitur replay start --webhook erp --since 12h --states exhausted,skipped --dry-run"
    })
final class ReplayCommand {
  private static final String PATH = "/v1/replays";

  /** While it waits for the end it looks this often. */
  private static final Duration LOOK = Duration.ofMillis(500);

  private static final Columns COLUMNS =
      Columns.none()
          .and("ID", "id")
          .and("WEBHOOK", "webhook")
          .and("STATE", "state")
          .and("TOTAL", "total")
          .and("DELIVERED", "delivered")
          .and("GIVEN UP", "failed")
          .and("REMAINING", "remaining")
          .and("STARTED", replay -> Times.seconds(replay.path("createdAt")));

  @Command(
      name = "start",
      description = "Sends once more what a webhook was sent: the same ids and bytes, in order.",
      footer = {
        "",
        "With --wait it exits 0 when everything was delivered, else 1.",
        "",
        "Example:",
        "  sequitur replay start --webhook erp --since 2h --dry-run",
        "  sequitur replay start --webhook erp --since 2h --types 'com.github.*' --rate 20 --wait"
      })
  int start(
      @Mixin UrlClient client,
      @Mixin ReplayWindowFlags window,
      @Option(names = "--dry-run", description = "Only say how many.") boolean dryRun,
      @Option(names = "--wait", description = "Wait until it is over.") boolean wait) {
    if (dryRun && wait) {
      throw client.misuse("--dry-run and --wait do not go together");
    }
    String body = Json.write(window.body(client, dryRun));
    ApiResponse answer = client.api().post(PATH, "application/json", body);
    if (dryRun) {
      printCount(client, answer);
      return 0;
    }
    String id = Json.plain(answer.json().path("id"));
    if (wait) {
      return await(client, id);
    }
    if (client.json()) {
      client.printJson(answer.text());
    } else {
      client.terminal().out().println("started " + id + ": " + progress(answer.json()));
      tellWhyItStands(client, answer.json());
    }
    return 0;
  }

  private static void printCount(Client client, ApiResponse answer) {
    if (client.json()) {
      client.printJson(answer.text());
      return;
    }
    JsonNode count = answer.json();
    client
        .terminal()
        .out()
        .println(Json.plain(count.path("count")) + " deliveries, if this were no dry run");
    count
        .path("states")
        .forEach(one ->
            client
                .terminal()
                .out()
                .println(Json.plain(one.path("count")) + " " + Json.plain(one.path("state"))));
  }

  private static int await(Client client, String id) {
    ProgressBar bar = new ProgressBar(client.terminal());
    String said = "";
    while (true) {
      ApiResponse answer = client.api().get(PATH + "/" + Query.segment(id));
      JsonNode replay = answer.json();
      if (List.of("completed", "cancelled").contains(Json.plain(replay.path("state")))) {
        bar.clear();
        return finished(client, answer);
      }
      String stands = stands(replay);
      if (!stands.isEmpty() && !stands.equals(said)) {
        bar.clear();
        client.terminal().err().println(stands);
      }
      said = stands;
      long done = replay.path("delivered").asLong() + replay.path("failed").asLong();
      bar.show(done, done, replay.path("total").asLong());
      pause();
    }
  }

  private static void tellWhyItStands(Client client, JsonNode replay) {
    String stands = stands(replay);
    if (!stands.isEmpty()) {
      client.terminal().out().println(stands);
    }
  }

  /** Why it does not go on by itself; empty while it does. */
  private static String stands(JsonNode replay) {
    String state = Json.plain(replay.path("state"));
    return switch (state) {
      case "held" -> state + ": " + Json.plain(replay.path("reason"));
      case "paused" ->
          state + ": sequitur replay resume " + Json.plain(replay.path("id")) + " lets it go on";
      default -> "";
    };
  }

  private static int finished(Client client, ApiResponse answer) {
    JsonNode replay = answer.json();
    if (client.json()) {
      client.printJson(answer.text());
    } else {
      String id = Json.plain(replay.path("id"));
      client
          .terminal()
          .out()
          .println(Json.plain(replay.path("state")) + " " + id + ": " + progress(replay));
    }
    boolean all =
        replay.path("state").asText().equals("completed") && replay.path("failed").asLong() == 0;
    return all ? 0 : CliException.FAILURE;
  }

  private static String progress(JsonNode replay) {
    return "%s of %s delivered, %s given up, %s remaining"
        .formatted(
            Json.plain(replay.path("delivered")),
            Json.plain(replay.path("total")),
            Json.plain(replay.path("failed")),
            Json.plain(replay.path("remaining")));
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CliException("interrupted; the replay goes on", e);
    }
  }

  @Command(
      name = "list",
      description = "Lists replays, the newest first.",
      footer = {"", "Example:", "  sequitur replay list --webhook erp"})
  int list(
      @Mixin UrlClient client,
      @Option(names = "--webhook", paramLabel = "NAME", description = "Only to this webhook.")
          @Nullable String webhook,
      @Mixin Limit limit) {
    Listing found =
        Listing.read(client.api(), new Query(PATH).with("webhook", webhook), limit.count());
    client.printList(found, "replays", COLUMNS);
    client.tellOfMissingWebhook(found, webhook);
    return 0;
  }

  @Command(
      name = "show",
      description = "Shows one replay: how far it is, what failed, and what can be done now.",
      footer = {"", "Example:", "  sequitur replay show rpl_01jd3v6x7y"})
  int show(@Mixin UrlClient client, @Parameters(paramLabel = "ID") String id) {
    ApiResponse answer =
        client.named("replay", id, () -> client.api().get(PATH + "/" + Query.segment(id)));
    if (client.json()) {
      client.printJson(answer.text());
    } else {
      new ReplayPage(client.terminal()).print(answer.json());
    }
    return 0;
  }

  @Command(
      name = "pause",
      description = "Pauses a replay: no further attempt starts.",
      footer = {"", "Example:", "  sequitur replay pause rpl_01jd3v6x7y"})
  int pause(@Mixin UrlClient client, @Parameters(paramLabel = "ID") String id) {
    return act(client, "pause", id);
  }

  @Command(
      name = "resume",
      description = "Lets a paused replay go on; what waits for a retry is tried at once.",
      footer = {"", "Example:", "  sequitur replay resume rpl_01jd3v6x7y"})
  int resume(@Mixin UrlClient client, @Parameters(paramLabel = "ID") String id) {
    return act(client, "resume", id);
  }

  @Command(
      name = "cancel",
      description = "Ends a replay: what it has not sent is not sent.",
      footer = {"", "Example:", "  sequitur replay cancel rpl_01jd3v6x7y"})
  int cancel(@Mixin UrlClient client, @Parameters(paramLabel = "ID") String id) {
    return act(client, "cancel", id);
  }

  private static int act(Client client, String action, String id) {
    String path = PATH + "/" + Query.segment(id) + "/" + action;
    ApiResponse answer =
        client.named("replay", id, () -> client.api().post(path, "application/json", "{}"));
    if (client.json()) {
      client.printJson(answer.text());
    } else {
      JsonNode replay = answer.json();
      client
          .terminal()
          .out()
          .println(Json.plain(replay.path("state")) + " " + id + ": " + progress(replay));
    }
    return 0;
  }
}
