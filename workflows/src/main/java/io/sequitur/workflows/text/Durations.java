package io.sequitur.workflows.text;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text form of a duration in the catalogue and in the API: a whole number and one unit, {@code
 * ms}, {@code s}, {@code m}, {@code h} or {@code d}.
 *
 * <p>{@link #format} writes the largest unit that divides the duration, except that days begin at
 * two: people write {@code 24h}, and an export should give back what was applied.
 */
public final class Durations {
  /** Nine digits of any unit fit a long of milliseconds; more would only be a typing error. */
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

  private static final List<Unit> UNITS =
      List.of(
          new Unit("d", Duration.ofDays(1).toMillis(), 2),
          new Unit("h", Duration.ofHours(1).toMillis(), 1),
          new Unit("m", Duration.ofMinutes(1).toMillis(), 1),
          new Unit("s", Duration.ofSeconds(1).toMillis(), 1));

  private Durations() {}

  /** A unit, and how many of it there must be before it is preferred to a smaller one. */
  private record Unit(String name, long millis, int from) {}

  /**
   * Reads a duration.
   *
   * @throws IllegalArgumentException with a sentence for the user, when the text is not of the form
   */
  public static Duration parse(String text) {
    return read(text)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "\"%s\" is not a duration: write a whole number and a unit (ms, s, m, h or d), such as 15s or 500ms"
                    .formatted(shortened(text))));
  }

  /** The duration; empty when the text is not of the form. */
  public static Optional<Duration> read(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    long count = Long.parseLong(form.group(1));
    return Optional.of(
        switch (form.group(2)) {
          case "ms" -> Duration.ofMillis(count);
          case "s" -> Duration.ofSeconds(count);
          case "m" -> Duration.ofMinutes(count);
          case "h" -> Duration.ofHours(count);
          default -> Duration.ofDays(count);
        });
  }

  /**
   * Writes a duration so that {@link #parse} gives it back.
   *
   * @throws IllegalArgumentException when it is negative or finer than a millisecond
   */
  public static String format(Duration duration) {
    if (duration.isNegative() || !duration.equals(duration.truncatedTo(ChronoUnit.MILLIS))) {
      throw new IllegalArgumentException(
          duration + " has no text form: it must be a whole, non-negative number of milliseconds");
    }
    long millis = duration.toMillis();
    if (millis == 0) {
      return "0s";
    }
    return UNITS.stream()
        .filter(unit -> millis % unit.millis == 0 && millis >= unit.millis * unit.from)
        .findFirst()
        .map(unit -> millis / unit.millis + unit.name)
        .orElse(millis + "ms");
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }
}
