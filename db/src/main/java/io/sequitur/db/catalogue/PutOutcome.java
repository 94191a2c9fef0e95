package io.sequitur.db.catalogue;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a PUT did. */
public enum PutOutcome {
  CREATED,
  REPLACED,
  /** The caller's {@code If-Match} names another version: nothing was changed. */
  STALE;

  /**
   * Writes, unless what stands is not what the caller has seen.
   *
   * @param before the version of what stands, which is locked; empty: nothing does
   * @param ifMatch null: whatever stands
   */
  public static PutOutcome of(Optional<String> before, @Nullable String ifMatch, Runnable write) {
    if (ifMatch != null && !before.equals(Optional.of(ifMatch))) {
      return STALE;
    }
    write.run();
    return before.isEmpty() ? CREATED : REPLACED;
  }
}
