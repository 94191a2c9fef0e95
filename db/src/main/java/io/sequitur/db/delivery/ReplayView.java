package io.sequitur.db.delivery;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A replay as its readers see it.
 *
 * @param state running, held, paused, completed or cancelled
 * @param webhookUse usable, inactive, disabled or deleted
 * @param types patterns of LIKE; null for every type
 * @param rate attempts a second at most; null when it has none
 * @param scanned whether its window has been looked through, so that {@code total} is exact
 * @param retrying how many have failed and are tried again
 * @param underWay how many attempts may be on the wire
 * @param nextAttemptAt when the next retry is due; null when none waits
 */
public record ReplayView(
    UUID id,
    long webhookUid,
    String webhook,
    String state,
    @Nullable String reason,
    String webhookUse,
    Instant since,
    Instant until,
    @Nullable List<String> types,
    List<String> states,
    @Nullable Double rate,
    boolean scanned,
    long total,
    long delivered,
    long failed,
    int retrying,
    int underWay,
    @Nullable Instant nextAttemptAt,
    String createdBy,
    Instant createdAt,
    @Nullable Instant finishedAt) {

  /** The types as they were asked for. */
  public @Nullable List<String> patterns() {
    return types == null
        ? null
        : types.stream()
            .map(like -> like.replaceAll("(?<!\\\\)%", "*").replaceAll("\\\\(.)", "$1"))
            .toList();
  }

  /**
   * One failed attempt of it.
   *
   * @param givenUp whether it was the last one of its delivery
   */
  public record Failure(
      UUID eventId,
      int attempt,
      Instant at,
      @Nullable Integer status,
      String class_,
      @Nullable String hint,
      boolean givenUp) {}
}
