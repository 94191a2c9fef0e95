package io.sequitur.workflows.sync;

import java.util.Locale;

/** How a target is told. Whatever the way: only its acknowledgement counts. */
public enum SyncMode {
  /** A notice without the set, which the target then pulls. */
  NOTIFY,
  /** The notice carries the set. */
  PUSH,
  /** As PUSH; a target that does not take the set is sent a notice without it at once. */
  BOTH;

  /**
   * Reads the lower-case word.
   *
   * @throws IllegalArgumentException if there is no such mode; nothing is sent then
   */
  public static SyncMode of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** As users write it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
