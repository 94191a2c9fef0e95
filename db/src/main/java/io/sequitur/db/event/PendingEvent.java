package io.sequitur.db.event;

import io.sequitur.db.delivery.EventContent;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event that is not routed yet, inside the routing transaction.
 *
 * @param seq its number in the outbox; 0: it never stood there
 */
public record PendingEvent(
    long seq,
    String tenant,
    String source,
    String ceId,
    String type,
    @Nullable String subject,
    @Nullable String time,
    EventContent content) {
  /** One that is routed as it is stored. */
  static PendingEvent of(NewEvent event) {
    return new PendingEvent(
        0,
        event.tenant(),
        event.source(),
        event.ceId(),
        event.type(),
        event.subject(),
        event.time(),
        new EventContent(event.id(), event.partitionKey(), event.body()));
  }

  public UUID id() {
    return content.id();
  }
}
