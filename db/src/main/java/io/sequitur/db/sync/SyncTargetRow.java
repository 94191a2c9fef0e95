package io.sequitur.db.sync;

import java.time.Instant;

/**
 * A sync target as it is declared.
 *
 * @param version no other state of any target has it
 */
public record SyncTargetRow(
    long uid,
    String tenant,
    Content content,
    String version,
    Instant createdAt,
    Instant updatedAt) {

  /**
   * What its owner says.
   *
   * @param mode {@code notify}, {@code push} or {@code both}
   * @param quietMs how long it may apply what is not the newest any more, if it is not monotonic
   */
  public record Content(
      String name,
      String url,
      String description,
      boolean active,
      String mode,
      long resyncMs,
      int debounceMs,
      int ackTimeoutMs,
      boolean monotonic,
      int quietMs) {}

  public String name() {
    return content.name();
  }
}
