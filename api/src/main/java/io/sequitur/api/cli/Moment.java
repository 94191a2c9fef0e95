package io.sequitur.api.cli;

import io.sequitur.workflows.text.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParameterException;

/** Times on the command line: as the server writes them, or how long ago. */
final class Moment {
  private Moment() {}

  /**
   * As the server reads it; null when nothing was said.
   *
   * @param option says it, for the error
   * @throws ParameterException when it is neither
   */
  static @Nullable String of(Client client, String option, @Nullable String text) {
    return text == null ? null : read(client, option, text).toString();
  }

  private static Instant read(Client client, String option, String text) {
    try {
      Instant now = client.terminal().clock().instant();
      return Durations.read(text).map(ago -> before(now, ago)).orElseGet(() -> Instant.parse(text));
    } catch (DateTimeParseException e) {
      throw client.misuse(
          option + " must be a time like 2026-11-21T09:00:00Z, or how long ago it was, like 2h");
    }
  }

  // Nothing is older than the server's earliest time, so all that there is was meant.
  private static Instant before(Instant now, Duration ago) {
    Instant then = now.minus(ago);
    return then.isBefore(Instant.EPOCH) ? Instant.EPOCH : then;
  }
}
