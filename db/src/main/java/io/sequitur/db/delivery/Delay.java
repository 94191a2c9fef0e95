package io.sequitur.db.delivery;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What may keep something that is due from being attempted now.
 *
 * @param trouble the engine's word on the webhook
 * @param breaker closed, open or half-open
 * @param pausedUntil before this nothing of the webhook is attempted; null when it may be
 * @param limit the webhook's rate limit; null when it has none
 * @param notBefore what the delivery's receiver asked to be left alone until; null when it did not
 * @param replay the replay that has an attempt under way in the delivery's lane; null when none has
 */
public record Delay(
    Trouble trouble,
    String breaker,
    @Nullable Instant pausedUntil,
    @Nullable Limit limit,
    @Nullable Instant notBefore,
    @Nullable UUID replay) {

  /** So many attempts in such a time. */
  public record Limit(int count, Duration per) {}
}
