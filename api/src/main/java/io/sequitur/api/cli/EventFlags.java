package io.sequitur.api.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.sequitur.api.cli.text.CliException;
import io.sequitur.api.cli.text.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code event send} sends: a file of events, or one event put together from flags. */
final class EventFlags {
  @Option(
      names = {"-f", "--file"},
      paramLabel = "FILE.jsonl",
      description = "A file with one CloudEvent a line; - reads the input.")
  @Nullable String file;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "The type of the event, e.g. com.example.paid.")
  private @Nullable String type;

  @Option(names = "--source", paramLabel = "URI", description = "Where the event comes from.")
  private @Nullable String source;

  @Option(names = "--subject", paramLabel = "TEXT", description = "What the event is about.")
  private @Nullable String subject;

  @Option(names = "--data", paramLabel = "JSON|@FILE", description = "The data; - reads the input.")
  private @Nullable String data;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "Makes sending it twice harmless; default: a new one.")
  private @Nullable String id;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "The partition key; default: the subject.")
  private @Nullable String key;

  boolean anyAttribute() {
    return type != null
        || source != null
        || subject != null
        || data != null
        || id != null
        || key != null;
  }

  /** The event; what is not given is left out. */
  ObjectNode event(Client client) {
    ObjectNode event = Json.object().put("specversion", "1.0");
    put(event, "id", id);
    put(event, "type", type);
    put(event, "source", source);
    put(event, "subject", subject);
    put(event, "partitionkey", key);
    if (data != null) {
      // Raw, so that its numbers and keys go out as they were typed.
      event
          .put("datacontenttype", "application/json")
          .putRawValue("data", new RawValue(dataText(client, data)));
    }
    return event;
  }

  private static void put(ObjectNode event, String attribute, @Nullable String value) {
    if (value != null) {
      event.put(attribute, value);
    }
  }

  private static String dataText(Client client, String given) {
    String text = read(client, given);
    try {
      if (!Json.parse(text).isMissingNode()) {
        return text;
      }
    } catch (JsonProcessingException e) {
      throw client.misuse(
          "--data is not JSON: %s; a text needs its quotes: '\"text\"'"
              .formatted(e.getOriginalMessage()));
    }
    throw client.misuse("--data is empty");
  }

  private static String read(Client client, String given) {
    try {
      if (given.equals("-")) {
        return new String(client.terminal().in().readAllBytes(), StandardCharsets.UTF_8);
      }
      return given.startsWith("@")
          ? Files.readString(client.terminal().directory().resolve(given.substring(1)))
          : given;
    } catch (IOException e) {
      throw new CliException("cannot read the data from %s: %s".formatted(given, e), e);
    }
  }
}
