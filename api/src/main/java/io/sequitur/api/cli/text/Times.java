package io.sequitur.api.cli.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Instants of the API, as short as a table needs them, in UTC. */
public final class Times {
  private Times() {}

  /** To the second. */
  public static String seconds(JsonNode instant) {
    return shortened(instant, ChronoUnit.SECONDS);
  }

  /** To the millisecond. */
  public static String millis(JsonNode instant) {
    return shortened(instant, ChronoUnit.MILLIS);
  }

  private static String shortened(JsonNode instant, ChronoUnit unit) {
    String text = Json.plain(instant);
    if (text.isEmpty()) {
      return text;
    }
    try {
      return Instant.parse(text).truncatedTo(unit).toString();
    } catch (DateTimeException notAnInstant) {
      // Shown as it came: a table is no place to refuse what the server says.
      return text;
    }
  }
}
