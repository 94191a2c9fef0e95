package io.sequitur.bench;

import org.jspecify.annotations.Nullable;

/** Rounds what is reported: more digits than these are noise. */
final class Figures {
  private static final double NANOS_PER_MS = 1e6;

  private Figures() {}

  static double ms(long nanos) {
    return Math.round(nanos / NANOS_PER_MS * 100) / 100.0;
  }

  /** {@code amount / per} to three digits after the point; null when either is unknown. */
  static @Nullable Double ratio(@Nullable Double amount, long per) {
    return amount == null || per == 0 ? null : Math.round(amount / per * 1000) / 1000.0;
  }
}
