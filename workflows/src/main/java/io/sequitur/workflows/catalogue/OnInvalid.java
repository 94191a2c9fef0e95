package io.sequitur.workflows.catalogue;

import java.util.Locale;

/** What becomes of an event whose data does not fit its type. */
public enum OnInvalid {
  /** Refused; what comes by SQL is quarantined, as nobody waits for an answer. */
  REJECT,
  /** Stored, and routed only when it is released. */
  QUARANTINE,
  /** Stored and routed, with a warning that is shown with it. */
  WARN;

  /** In the words of the API. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads the word.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static OnInvalid of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
