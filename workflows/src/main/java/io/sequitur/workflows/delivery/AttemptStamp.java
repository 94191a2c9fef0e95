package io.sequitur.workflows.delivery;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the headers say about one attempt of a delivery.
 *
 * @param eventId the server's id of the event, the same on every attempt and replay
 * @param timestamp the time of the attempt, the one that was signed
 * @param signature the value made by {@link StandardWebhooks#sign}
 * @param webhook the webhook's name
 * @param attempt 1, 2, and so on
 * @param configVersion the opaque version of the configuration that was used
 * @param key the partition key, if the event has one
 * @param sequence the event's number among those of its source and key, if it has a key
 * @param replay the id of the replay that this attempt belongs to, if it does
 */
public record AttemptStamp(
    String eventId,
    Instant timestamp,
    String signature,
    String webhook,
    int attempt,
    String configVersion,
    @Nullable String key,
    @Nullable Long sequence,
    @Nullable String replay) {
  public AttemptStamp {
    if (attempt < 1) {
      throw new IllegalArgumentException("attempts count from 1, not " + attempt);
    }
  }
}
