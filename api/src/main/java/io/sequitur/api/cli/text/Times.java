package io.sequitur.api.cli.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
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

  /** How long ago, or in how long, in the largest unit that fits; empty for no instant. */
  public static String relative(JsonNode instant, Clock clock) {
    try {
      Duration left = Duration.between(clock.instant(), Instant.parse(Json.plain(instant)));
      String amount = amount(left.abs());
      return left.isNegative() ? amount + " ago" : "in " + amount;
    } catch (DateTimeException notAnInstant) {
      return "";
    }
  }

  private static String amount(Duration duration) {
    if (duration.toDays() >= 2) {
      return duration.toDays() + " d";
    }
    if (duration.toHours() >= 2) {
      return duration.toHours() + " h";
    }
    return duration.toMinutes() >= 2 ? duration.toMinutes() + " min" : duration.toSeconds() + " s";
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
