package io.sequitur.db.event;

import io.sequitur.db.delivery.EventContent;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event that is not routed yet, inside the routing transaction.
 *
 * @param seq rises in the order in which events came
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
  static PendingEvent of(long seq, NewEvent event) {
    return new PendingEvent(
        seq,
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
