package io.sequitur.workflows.delivery;

import java.util.Locale;

/** How a replay stands. */
public enum ReplayState {
  RUNNING,
  /** It runs, and nothing can be sent: its webhook is not usable, or cannot be called. */
  HELD,
  PAUSED,
  COMPLETED,
  CANCELLED;

  /** As the API spells it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The state of this word.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static ReplayState of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
