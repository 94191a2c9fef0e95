package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.cli.http.ApiResponse;
import io.sequitur.api.cli.http.Listing;
import io.sequitur.api.cli.http.Query;
import io.sequitur.api.cli.text.CliException;
import io.sequitur.api.cli.text.Json;
import io.sequitur.api.cli.text.Page;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Whether platforms have what they should have. */
@Command(
    name = "sync",
    description = "Whether sync targets have what they should have, and what to do if not.",
    footer = {"", "Example:", "  sequitur sync request scaler --wait applied"})
final class SyncCommand {
  private static final String KIND = "sync-target";

  /** The others are accepted, and unsettled. */
  private static final int APPLIED = 200;

  /** What can be waited for. */
  enum Until {
    RECORDED,
    NOTIFIED,
    APPLIED;

    private String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Command(
      name = "request",
      description =
          "Asks that a target be in sync, and says where it stands; with --wait exits with 1 if that did not come.",
      footer = {"", "Example:", "  ${COMMAND-FULL-NAME} scaler --wait applied"})
  int request(
      @Mixin UrlClient client,
      @Parameters(paramLabel = "TARGET") String target,
      @Option(
              names = "--wait",
              paramLabel = "recorded|notified|applied",
              description = "What to wait for, 25 s at most; recorded, if not given.")
          @Nullable Until until) {
    Until awaited = until == null ? Until.RECORDED : until;
    String path = new Query(path(target) + "/sync").with("wait", awaited.word()).text();
    ApiResponse answer =
        client.named(KIND, target, () -> client.api().post(path, "application/json", ""));
    print(client, answer);
    JsonNode standing = answer.json();
    long desired = standing.path("desired").path("generation").asLong();
    boolean came =
        switch (awaited) {
          case RECORDED -> true;
          case NOTIFIED -> standing.path("notified").asLong() >= desired;
          case APPLIED -> answer.status() == APPLIED;
        };
    return came ? 0 : 1;
  }

  @Command(
      name = "status",
      description = "Shows where a target stands, and what happened last.",
      footer = {"", "Example:", "  ${COMMAND-FULL-NAME} scaler"})
  int status(
      @Mixin UrlClient client,
      @Parameters(paramLabel = "TARGET") String target,
      @Mixin Limit limit) {
    ApiResponse answer = client.named(KIND, target, () -> client.api().get(path(target)));
    print(client, answer);
    if (client.json()) {
      return 0;
    }
    client.terminal().out().println();
    return client.printList(
        Listing.read(client.api(), new Query(path(target) + "/history"), limit.count()),
        "history",
        Columns.none()
            .and("AT", "at")
            .and("EVENT", "event")
            .and("STATE", "state")
            .and("GENERATION", "generation")
            .and("NOTICE", "notificationId")
            .and("DETAIL", "detail"));
  }

  @Command(
      name = "confirm",
      description = "Lets a suppressed set leave: the one that is there now, or the one given.",
      footer = {"", "Example:", "  ${COMMAND-FULL-NAME} scaler --generation 7"})
  int confirm(
      @Mixin UrlClient client,
      @Parameters(paramLabel = "TARGET") String target,
      @Option(
              names = "--generation",
              paramLabel = "N",
              description = "The one that was looked at; another one is not confirmed.")
          @Nullable Long generation) {
    long confirmed = generation == null ? suppressed(client, target) : generation;
    String body = Json.write(Json.object().put("generation", confirmed));
    print(
        client,
        client.named(
            KIND,
            target,
            () -> client.api().post(path(target) + "/confirm", "application/json", body)));
    return 0;
  }

  private static long suppressed(Client client, String target) {
    JsonNode standing = client.named(KIND, target, () -> client.api().get(path(target))).json();
    if (!standing.path("state").asText().equals("SUPPRESSED")) {
      throw new CliException(
          "nothing of %s is suppressed: it is %s"
              .formatted(target, standing.path("state").asText()));
    }
    return standing.path("desired").path("generation").asLong();
  }

  private static void print(Client client, ApiResponse answer) {
    if (client.json()) {
      client.printJson(answer.text());
    } else {
      new Page(client.terminal()).fields(answer.json()).print();
    }
  }

  private static String path(String target) {
    return "/v1/sync-targets/" + Query.segment(target);
  }
}
