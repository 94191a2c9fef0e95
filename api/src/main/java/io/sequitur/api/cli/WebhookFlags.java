package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * What {@code webhook set} can say about a webhook. What is not said is left to the server's
 * defaults.
 */
@SuppressWarnings("NullAway.Init") // picocli sets what is required before it calls the command
final class WebhookFlags {
  @Option(
      names = "--url",
      required = true,
      paramLabel = "URL",
      description = "Where deliveries are posted.")
  private String url;

  @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
  private @Nullable String description;

  @Option(
      names = "--on",
      paramLabel = "PATTERN",
      split = ",",
      description =
          "Event types that it gets, * for any characters. Without: what triggers deliver to it.")
  private List<String> events = List.of();

  @Option(
      names = "--filter",
      paramLabel = "CEL",
      description = "Gets only events for which this is true.")
  private @Nullable String filter;

  @Option(
      names = "--header",
      paramLabel = "'NAME: VALUE'",
      description = "A header of every request.")
  private List<String> headers = List.of();

  @Option(
      names = "--header-from",
      paramLabel = "NAME=KEY-VALUE",
      description = "A header whose value is the key-value of this name, as it is when sent.")
  private List<String> headersFrom = List.of();

  @Option(names = "--ordered", description = "One after the other for the same source and key.")
  private boolean ordered;

  @Option(
      names = "--on-exhausted",
      paramLabel = "block|skip",
      description = "What an ordered lane does when the retries of its first delivery are used up.")
  private @Nullable String onExhausted;

  @Option(
      names = "--retry",
      paramLabel = "'5s 5m …'",
      description = "Waits between attempts, or none.")
  private @Nullable String retry;

  @Option(names = "--timeout", paramLabel = "15s", description = "How long an attempt may take.")
  private @Nullable String timeout;

  @Option(
      names = "--max-concurrency",
      paramLabel = "COUNT",
      description = "Requests at the same time.")
  private @Nullable Integer maxConcurrency;

  @Option(names = "--rate-limit", paramLabel = "100/1s", description = "Requests in a period.")
  private @Nullable String rateLimit;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "PEM certificates: trusts what these authorities issue, and nobody else.")
  private @Nullable Path authority;

  @Option(names = "--inactive", description = "Is not routed to; what waits is held.")
  private boolean inactive;

  @Option(
      names = "--secret",
      paramLabel = "whsec_…",
      description = "The signing secret of a new webhook; without, the server makes one.")
  private @Nullable String secret;

  ObjectNode writeTo(Client client, ObjectNode webhook) {
    webhook.put("url", url);
    put(webhook, "description", description);
    if (inactive) {
      webhook.put("active", false);
    }
    if (!events.isEmpty()) {
      events.forEach(webhook.putArray("events")::add);
    }
    put(webhook, "filter", filter);
    writeHeaders(client, webhook);
    if (ordered) {
      webhook.put("ordered", true);
    }
    put(webhook, "onExhausted", onExhausted);
    put(webhook, "retry", retry);
    put(webhook, "timeout", timeout);
    if (maxConcurrency != null) {
      webhook.put("maxConcurrency", maxConcurrency);
    }
    if (rateLimit != null) {
      String[] parts = pair(client, "--rate-limit", rateLimit, "/", "100/1s");
      webhook.putObject("rateLimit").put("count", count(client, parts[0])).put("per", parts[1]);
    }
    put(webhook, "signingSecret", secret);
    if (authority != null) {
      webhook.put("certificateAuthority", read(client, authority));
    }
    return webhook;
  }

  private static String read(Client client, Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw client.misuse("--ca: the file %s cannot be read".formatted(file));
    }
  }

  private void writeHeaders(Client client, ObjectNode webhook) {
    if (headers.isEmpty() && headersFrom.isEmpty()) {
      return;
    }
    ArrayNode list = webhook.putArray("headers");
    for (String header : headers) {
      String[] parts = pair(client, "--header", header, ":", "X-Env: prod");
      list.addObject().put("name", parts[0]).put("value", parts[1]);
    }
    for (String header : headersFrom) {
      String[] parts = pair(client, "--header-from", header, "=", "Authorization=erp-token");
      list.addObject().put("name", parts[0]).put("keyValue", parts[1]);
    }
  }

  private static void put(ObjectNode webhook, String field, @Nullable String value) {
    if (value != null) {
      webhook.put(field, value);
    }
  }

  private static String[] pair(
      Client client, String flag, String text, String separator, String example) {
    String[] parts = text.split(separator, 2);
    if (parts.length < 2 || parts[0].isBlank()) {
      throw client.misuse("%s '%s': write it like '%s'".formatted(flag, text, example));
    }
    return new String[] {parts[0].strip(), parts[1].strip()};
  }

  private static int count(Client client, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw client.misuse(
          "--rate-limit: '%s' is no number; write it like '100/1s'".formatted(text));
    }
  }
}
