package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.api.cli.http.ApiResponse;
import io.sequitur.api.cli.http.Query;
import io.sequitur.api.cli.text.Json;
import io.sequitur.api.cli.text.Times;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Platforms that hold a copy of the triggers. */
@Command(
    name = "sync-target",
    description = "Sync targets: platforms that hold a copy of the triggers.",
    footer = {
      "",
      "Example:",
      "  sequitur sync-target set scaler --url https://scaler.example.com/notify"
    })
final class SyncTargetCommand extends ResourceCommand {
  private static final String KIND = "sync-target";

  SyncTargetCommand() {
    super(
        KIND,
        "sync-targets",
        Columns.none()
            .and("NAME", "name")
            .and("URL", "url")
            .and("MODE", "mode")
            .and("STATE", "state")
            .and("DESIRED", target -> Json.plain(target.path("desired").path("generation")))
            .and("APPLIED", "applied")
            .and("ERROR", "error"));
  }

  @Command(
      name = "set",
      description = "Creates a sync target, or replaces it whole.",
      footer = {
        "",
        "Example:",
        "  sequitur sync-target set scaler --url https://scaler.example.com/notify --resync 15m",
        "",
        "Here --url is the target's; the server's is --server."
      })
  int set(
      @Mixin Client client,
      @Parameters(paramLabel = "NAME") String name,
      @Mixin SyncTargetFlags flags) {
    if (flags.isQuietForNothing()) {
      throw client.misuse("--quiet-time needs --not-monotonic: else an acknowledgement is enough");
    }
    return put(client, name, flags.writeTo(definition(name)));
  }

  @Command(
      name = "rotate-secret",
      description = "Signs notices with a new key, and for a while with those before as well.",
      footer = {"", "Example:", "  sequitur sync-target rotate-secret scaler --overlap 24h"})
  int rotate(
      @Mixin UrlClient client,
      @Parameters(paramLabel = "NAME") String name,
      @Option(
              names = "--overlap",
              paramLabel = "DURATION",
              description = "How long the keys before sign as well; 24h if not given.")
          @Nullable String overlap) {
    ObjectNode body = Json.object();
    if (overlap != null) {
      body.put("overlap", overlap);
    }
    String path = "/v1/sync-targets/" + Query.segment(name) + "/rotate-secret";
    ApiResponse answer =
        client.named(
            KIND, name, () -> client.api().post(path, "application/json", Json.write(body)));
    if (client.json()) {
      client.printJson(answer.text());
      return 0;
    }
    PrintStream out = client.terminal().out();
    out.println("rotated sync-target " + name);
    out.println(
        "signing secret, shown only this once: " + Json.plain(answer.json().path("signingSecret")));
    out.println("keys before sign until " + Times.seconds(answer.json().path("previousUntil")));
    return 0;
  }
}
