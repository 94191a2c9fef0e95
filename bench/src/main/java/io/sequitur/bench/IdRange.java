package io.sequitur.bench;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The lowest and highest event id that the server gave out during a load. Its ids are UUIDs of
 * version 7, which sort by time, so the range holds the load's events.
 */
final class IdRange {
  private static final String PREFIX = "\"evt_";
  private static final int HEX_DIGITS = 32;

  private @Nullable String first;
  private @Nullable String last;

  /** Takes the ids out of the answer to a publish; an answer without one changes nothing. */
  synchronized void add(String answer) {
    add(answer, answer.indexOf(PREFIX));
    add(answer, answer.lastIndexOf(PREFIX));
  }

  private void add(String answer, int at) {
    int from = at + PREFIX.length();
    if (at < 0 || answer.length() < from + HEX_DIGITS) {
      return;
    }
    String hex = answer.substring(from, from + HEX_DIGITS);
    first = first == null || hex.compareTo(first) < 0 ? hex : first;
    last = last == null || hex.compareTo(last) > 0 ? hex : last;
  }

  synchronized @Nullable UUID first() {
    return uuid(first);
  }

  synchronized @Nullable UUID last() {
    return uuid(last);
  }

  private static @Nullable UUID uuid(@Nullable String hex) {
    if (hex == null) {
      return null;
    }
    return new UUID(
        Long.parseUnsignedLong(hex, 0, 16, 16), Long.parseUnsignedLong(hex, 16, 32, 16));
  }
}
