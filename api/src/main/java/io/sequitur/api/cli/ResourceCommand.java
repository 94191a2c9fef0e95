package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.api.cli.http.ApiResponse;
import io.sequitur.api.cli.http.Listing;
import io.sequitur.api.cli.http.Query;
import io.sequitur.api.cli.text.Json;
import io.sequitur.api.cli.text.Page;
import io.sequitur.api.cli.text.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What the commands of every kind of the catalogue have in common: all but {@code set}. */
abstract class ResourceCommand {
  private final String kind;
  private final String plural;
  private final Columns columns;

  /**
   * The commands of one kind.
   *
   * @param kind the word for one
   * @param plural the word for several, which is also their path under {@code /v1}
   * @param columns what {@code list} shows
   */
  ResourceCommand(String kind, String plural, Columns columns) {
    this.kind = kind;
    this.plural = plural;
    this.columns = columns;
  }

  @Command(
      name = "list",
      description = "Lists every ${PARENT-COMMAND-NAME}.",
      footer = {"", "Example:", "  ${COMMAND-FULL-NAME}"})
  final int list(@Mixin UrlClient client, @Mixin Limit limit) {
    return client.printList(
        Listing.read(client.api(), new Query("/v1/" + plural), limit.count()), plural, columns);
  }

  @Command(
      name = "show",
      description = "Shows one ${PARENT-COMMAND-NAME}; secrets are never shown.",
      footer = {"", "Example:", "  ${COMMAND-FULL-NAME} acme"})
  final int show(@Mixin UrlClient client, @Parameters(paramLabel = "NAME") String name) {
    ApiResponse answer = client.named(kind, name, () -> client.api().get(path(name)));
    if (client.json()) {
      client.printJson(answer.text());
    } else {
      new Page(client.terminal()).fields(answer.json()).print();
    }
    return 0;
  }

  @Command(
      name = "delete",
      description = "Deletes one ${PARENT-COMMAND-NAME}; refused while others use it.",
      footer = {"", "Example:", "  ${COMMAND-FULL-NAME} acme"})
  final int delete(@Mixin UrlClient client, @Parameters(paramLabel = "NAME") String name) {
    client.named(kind, name, () -> client.api().delete(path(name)));
    if (!client.json()) {
      client.terminal().out().println("deleted " + kind + " " + name);
    }
    return 0;
  }

  /** Creates the resource or replaces it whole, and says which. */
  final int put(Client client, String name, ObjectNode definition) {
    ApiResponse answer = client.api().put(path(name), definition);
    if (client.json()) {
      client.printJson(answer.text());
      return 0;
    }
    Terminal terminal = client.terminal();
    terminal.out().println((answer.created() ? "created " : "updated ") + kind + " " + name);
    JsonNode secret = answer.json().path("signingSecret");
    if (secret.isTextual()) {
      terminal.out().println("signing secret, shown only this once: " + secret.asText());
    }
    return 0;
  }

  static ObjectNode definition(String name) {
    return Json.object().put("name", name);
  }

  private String path(String name) {
    return "/v1/" + plural + "/" + Query.segment(name);
  }
}
