package io.sequitur.db.event;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event to be stored: {@code body} is the complete CloudEvent that receivers get, {@code ceId}
 * the id its sender gave it.
 */
public record NewEvent(
    UUID id,
    String tenant,
    String source,
    String ceId,
    String type,
    @Nullable String subject,
    @Nullable String time,
    @Nullable String partitionKey,
    String body) {}
