package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.api.cli.http.Query;
import io.sequitur.api.cli.text.Json;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which deliveries are meant. */
final class DeliveryFilter {
  @Option(names = "--webhook", paramLabel = "NAME", description = "Only to this webhook.")
  private @Nullable String webhook;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description =
          "Only in this state, or these with commas between: pending, delivered, retrying, waiting, held, blocked,"
              + " exhausted, skipped, cancelled.")
  private @Nullable String state;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "Only of events received at this time or later: 2026-11-21T09:00:00Z, or so long ago: 2h.")
  private @Nullable String since;

  /** Whether anything was said. */
  boolean isEmpty() {
    return webhook == null && state == null && since == null;
  }

  /** The webhook that was named. */
  @Nullable String webhook() {
    return webhook;
  }

  Query writeTo(Query query, Client client) {
    return query.with("webhook", webhook).with("state", state).with("since", since(client));
  }

  ObjectNode body(Client client) {
    ObjectNode body = Json.object();
    put(body, "webhook", webhook);
    put(body, "state", state);
    put(body, "since", since(client));
    return body;
  }

  private static void put(ObjectNode body, String field, @Nullable String value) {
    if (value != null) {
      body.put(field, value);
    }
  }

  private @Nullable String since(Client client) {
    return Moment.of(client, "--since", since);
  }
}
