package io.sequitur.workflows.delivery;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.regex.Pattern;

/** The {@code Retry-After} header (RFC 9110 section 10.2.3): seconds, or a date. */
final class RetryAfter {
  /** A receiver may not park a delivery for longer than this. */
  static final Duration CAP = Duration.ofHours(24);

  private static final Pattern SECONDS = Pattern.compile("\\d+");

  /** No number above this needs to be read: it is capped anyway. */
  private static final int DIGITS_WITHOUT_OVERFLOW = 9;

  private RetryAfter() {}

  /** The wait asked for, between zero and 24 h; empty when the value is neither form. */
  static Optional<Duration> parse(String value, InstantSource clock) {
    String text = value.strip();
    if (SECONDS.matcher(text).matches()) {
      return Optional.of(
          text.length() > DIGITS_WITHOUT_OVERFLOW
              ? CAP
              : capped(Duration.ofSeconds(Long.parseLong(text))));
    }
    try {
      var at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(capped(Duration.between(clock.instant(), at)));
    } catch (DateTimeException e) {
      // A header that nobody can read asks for nothing. The two date forms that RFC 850 and asctime
      // left behind are not read either: no server of this century writes them here.
      return Optional.empty();
    }
  }

  private static Duration capped(Duration wait) {
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(CAP) > 0 ? CAP : wait;
  }
}
