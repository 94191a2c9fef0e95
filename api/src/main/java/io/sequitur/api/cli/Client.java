package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.sequitur.api.cli.http.ApiClient;
import io.sequitur.api.cli.http.ApiException;
import io.sequitur.api.cli.http.ApiResponse;
import io.sequitur.api.cli.http.Listing;
import io.sequitur.api.cli.http.Query;
import io.sequitur.api.cli.http.ServerAddress;
import io.sequitur.api.cli.text.CliException;
import io.sequitur.api.cli.text.PrettyJson;
import io.sequitur.api.cli.text.Table;
import io.sequitur.api.cli.text.Terminal;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every command that asks a server, and what they mean. */
@SuppressWarnings("NullAway.Init") // picocli sets the field before it calls the command
class Client {
  enum Output {
    TABLE,
    JSON
  }

  private final Terminal terminal;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--server",
      paramLabel = "URL",
      description =
          "The server to ask; default: SEQUITUR_URL, or the 'sequitur dev' of this directory.")
  private @Nullable String server;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table (default), or json: the server's answer.")
  private Output output = Output.TABLE;

  Client(Terminal terminal) {
    this.terminal = terminal;
  }

  final Terminal terminal() {
    return terminal;
  }

  final boolean json() {
    return output == Output.JSON;
  }

  final ApiClient api() {
    String key = terminal.environment().getOrDefault("SEQUITUR_API_KEY", "").strip();
    return new ApiClient(ServerAddress.find(url(), terminal), key.isEmpty() ? null : key);
  }

  /** A request for one named thing, whose absence is told by its name. */
  final ApiResponse named(String kind, String name, Supplier<ApiResponse> request) {
    try {
      return request.get();
    } catch (ApiException e) {
      if (e.status() == 404) {
        throw new CliException("no %s \"%s\"%s".formatted(kind, name, e.meant()), e);
      }
      throw e;
    }
  }

  /** When nothing was found, says so if the reason is that there is no such webhook. */
  final void tellOfMissingWebhook(Listing found, @Nullable String webhook) {
    if (webhook == null || !found.items().isEmpty()) {
      return;
    }
    try {
      api().get("/v1/webhooks/" + Query.segment(webhook));
    } catch (ApiException e) {
      if (e.status() != 404) {
        throw e;
      }
      terminal.err().println("there is no webhook \"%s\"%s".formatted(webhook, e.meant()));
    }
  }

  final void printJson(String text) {
    terminal.out().println(PrettyJson.indent(text));
  }

  /** Prints a list as JSON or as a table with these columns. */
  final int printList(Listing listing, String plural, Columns columns) {
    if (json()) {
      printJson(listing.json());
      return 0;
    }
    Table table = new Table(terminal, columns.headings());
    for (JsonNode item : listing.items()) {
      table.row(columns.cells(item));
    }
    if (table.isEmpty()) {
      terminal.out().println("no " + plural);
    } else {
      table.print();
    }
    if (listing.more()) {
      terminal.err().println("there are more; --limit shows them");
    }
    return 0;
  }

  final ParameterException misuse(String message) {
    return new ParameterException(command.commandLine(), message);
  }

  /** The server named in the words of this command itself; a word before it may name one too. */
  @Nullable String urlOfThisCommand() {
    return server;
  }

  private @Nullable String url() {
    String url = urlOfThisCommand();
    for (CommandSpec at = command.parent(); url == null && at != null; at = at.parent()) {
      OptionSpec option = at.findOption(UrlClient.URL);
      url = option == null ? null : option.getValue();
    }
    return url;
  }
}
