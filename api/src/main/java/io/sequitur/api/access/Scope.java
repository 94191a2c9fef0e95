package io.sequitur.api.access;

import java.util.Locale;

/** What an API key allows. */
public enum Scope {
  /** Publishing events. */
  PUBLISH,
  /** Reading everything but secrets. */
  READ,
  /** Pulling the sets of sync targets, acknowledging and asking for them: what a platform needs. */
  SYNC,
  /** Changing the catalogue, and actions on deliveries. */
  WRITE,
  /** Everything. */
  OPERATOR;

  /**
   * Reads the lower-case name.
   *
   * @throws IllegalArgumentException with a sentence for the operator
   */
  public static Scope parse(String name) {
    try {
      return valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "unknown scope \"" + name + "\": scopes are publish, read, sync, write, operator", e);
    }
  }
}
