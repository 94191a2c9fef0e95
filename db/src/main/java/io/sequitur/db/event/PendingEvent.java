package io.sequitur.db.event;

import io.sequitur.db.delivery.EventContent;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An event taken off the outbox, inside the routing transaction. */
public record PendingEvent(
    long seq,
    String tenant,
    String source,
    String ceId,
    String type,
    @Nullable String subject,
    @Nullable String time,
    EventContent content) {
  public UUID id() {
    return content.id();
  }
}
