package io.sequitur.db.event;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event as its readers see it: what came, and what became of it.
 *
 * @param triggers whose actions ran for it
 * @param observed whether it meant something to a condition; {@link ObservedStore} says what
 * @param quarantined why it is set aside
 * @param warning what does not fit its type, though it was not set aside, or no longer is
 * @param releasedAt when an operator let it pass
 */
public record EventView(
    UUID id,
    String type,
    String source,
    @Nullable String subject,
    @Nullable String partitionKey,
    String body,
    Instant receivedAt,
    @Nullable Long sequence,
    List<String> triggers,
    boolean observed,
    @Nullable Instant routedAt,
    @Nullable String workflowId,
    @Nullable String workflowRunId,
    @Nullable String quarantined,
    @Nullable String warning,
    @Nullable Instant releasedAt) {

  public String state() {
    if (routedAt != null) {
      return "routed";
    }
    return quarantined == null ? "pending" : "quarantined";
  }
}
