package io.sequitur.db.delivery;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The result of one attempt, and what follows from it.
 *
 * @param next what becomes of the delivery: delivered, exhausted, cancelled, blocked or retrying
 * @param nextAttemptAt when retrying
 * @param slow whether the endpoint leaves the groups for a while
 * @param gone the URL that answered 410, as it is configured; null unless one did
 * @param waitsFor the configuration and environment that another one must follow; null unless that
 *     is what it waits for
 * @param notBefore until when the receiver asked to be left alone; null when it did not
 * @param replay the replay that made the attempt; null when it was the delivery's own
 * @param keyId of an ordered webhook's delivery, whose lane goes on now; null otherwise
 * @param guarded whether the webhook's breaker let it through, and has to know how it ended
 */
public record AttemptRow(
    UUID eventId,
    long webhookUid,
    int number,
    Instant at,
    @Nullable Integer status,
    @Nullable String class_,
    long durationMs,
    String configVersion,
    String requestHeaders,
    @Nullable String responseBody,
    @Nullable String hint,
    String next,
    @Nullable Instant nextAttemptAt,
    @Nullable Long keyId,
    boolean slow,
    @Nullable String gone,
    @Nullable String waitsFor,
    @Nullable Instant notBefore,
    boolean guarded,
    @Nullable UUID replay) {
  /** Whether it changes nothing but its delivery. */
  boolean worked() {
    return next.equals("delivered") && !slow && !guarded;
  }

  /** Whether an attempt was made at all. */
  public boolean attempted() {
    return !configVersion.isEmpty();
  }

  /** Whether the engine has something to say about it beyond its log. */
  boolean mayEndBadly() {
    return gone != null || next.equals("exhausted") || next.equals("blocked");
  }
}
