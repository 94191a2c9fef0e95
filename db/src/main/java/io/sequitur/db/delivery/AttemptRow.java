package io.sequitur.db.delivery;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The result of one attempt, and what follows from it.
 *
 * @param next what becomes of the delivery: delivered, exhausted, cancelled, blocked or retrying
 * @param nextAttemptAt when retrying
 * @param keyId of an ordered webhook's delivery, whose lane goes on now; null otherwise
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
    boolean gone) {

  /** Whether it changes nothing but its delivery. */
  boolean worked() {
    return next.equals("delivered") && !slow;
  }

  /** Whether the engine has something to say about it beyond its log. */
  boolean mayEndBadly() {
    return gone || next.equals("exhausted") || next.equals("blocked");
  }
}
