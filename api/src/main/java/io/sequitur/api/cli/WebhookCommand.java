package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
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

  @Command(
      name = "enable",
      description = "Ends the status `disabled`; what was held goes on.",
      footer = {"", "Example:", "  sequitur webhook enable erp"})
  int enable(@Mixin UrlClient client, @Parameters(paramLabel = "NAME") String name) {
    ApiResponse answer = post(client, name, "enable", "");
    if (client.json()) {
      client.printJson(answer.text());
    } else {
      client.terminal().out().println("enabled webhook " + name);
      if (!answer.json().path("active").asBoolean(true)) {
        client
            .terminal()
            .out()
            .println("it is inactive: nothing is sent before `active` is true again");
      }
    }
    return 0;
  }

  @Command(
      name = "rotate-secret",
      description = "Signs with a new key, and for a while with those before as well.",
      footer = {
        "",
        "Example:",
        "  sequitur webhook rotate-secret erp --overlap 24h",
        "  sequitur webhook rotate-secret erp --scheme v1a    # an Ed25519 key pair beside the secret"
      })
  int rotate(
      @Mixin UrlClient client,
      @Parameters(paramLabel = "NAME") String name,
      @Option(
              names = "--overlap",
              paramLabel = "DURATION",
              description = "How long the keys before sign as well; 24h if not given.")
          @Nullable String overlap,
      @Option(
              names = "--scheme",
              paramLabel = "SCHEME",
              description = "v1, a shared secret, or v1a, a key pair; v1 if not given.")
          @Nullable String scheme) {
    ObjectNode body = Json.object();
    if (overlap != null) {
      body.put("overlap", overlap);
    }
    if (scheme != null) {
      body.put("scheme", scheme);
    }
    ApiResponse answer = post(client, name, "rotate-secret", Json.write(body));
    if (client.json()) {
      client.printJson(answer.text());
      return 0;
    }
    JsonNode rotated = answer.json();
    PrintStream out = client.terminal().out();
    out.println("rotated webhook " + name);
    String secret = Json.plain(rotated.path("signingSecret"));
    out.println(
        secret.isEmpty()
            ? "public key: " + Json.plain(rotated.path("publicKey"))
            : "signing secret, shown only this once: " + secret);
    out.println("keys before sign until " + Times.seconds(rotated.path("previousUntil")));
    return 0;
  }

  @Command(
      name = "test",
      description =
          "Sends a webhook one event and says what came back; exits with 1 unless that was a 2xx.",
      footer = {"", "Example:", "  sequitur webhook test erp"})
  int test(@Mixin UrlClient client, @Parameters(paramLabel = "NAME") String name) {
    ApiResponse answer = post(client, name, "test", "");
    JsonNode attempt = answer.json().path("attempt");
    boolean worked = !attempt.isMissingNode() && attempt.path("class").isMissingNode();
    if (client.json()) {
      client.printJson(answer.text());
      return worked ? 0 : 1;
    }
    PrintStream out = client.terminal().out();
    out.println("delivery " + Json.plain(answer.json().path("delivery")));
    if (attempt.isMissingNode()) {
      String reason = Json.plain(answer.json().path("reason"));
      out.println("no answer yet" + (reason.isEmpty() ? "" : ": " + reason));
    } else if (worked) {
      out.println(
          "answered %s in %s ms"
              .formatted(
                  Json.plain(attempt.path("status")), Json.plain(attempt.path("durationMs"))));
    } else {
      out.println("failed: " + Json.plain(attempt.path("hint")));
    }
    return worked ? 0 : 1;
  }

  private static ApiResponse post(Client client, String name, String action, String body) {
    String path = "/v1/webhooks/" + Query.segment(name) + "/" + action;
    return client.named("webhook", name, () -> client.api().post(path, "application/json", body));
  }
}
