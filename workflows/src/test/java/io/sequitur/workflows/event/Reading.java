package io.sequitur.workflows.event;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A reader with a fixed clock and id, and short ways to use it. */
final class Reading {
  static final CloudEventReader READER =
      new CloudEventReader(
          () -> "generated-1",
          InstantSource.fixed(Instant.parse("2026-01-31T12:00:00.123456789Z")));

  private Reading() {}

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static IncomingEvent structured(String json) {
    return READER.structured(utf8(json));
  }

  static IncomingEvent plain(String json) {
    return READER.plain(utf8(json));
  }

  /** A minimal event with {@code members} added, e.g. {@code "data":1}. */
  static String event(String members) {
    return "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\""
        + (members.isEmpty() ? "" : "," + members)
        + "}";
  }

  static InvalidEvent refusalOf(String json) {
    return refusalOf(utf8(json));
  }

  static InvalidEvent refusalOf(byte[] json) {
    return catchThrowableOfType(InvalidEvent.class, () -> READER.structured(json));
  }

  static List<Map.Entry<String, List<String>>> headers(String... namesAndValues) {
    List<Map.Entry<String, List<String>>> headers = new ArrayList<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(Map.entry(namesAndValues[i], List.of(namesAndValues[i + 1])));
    }
    return headers;
  }
}
