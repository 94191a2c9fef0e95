package io.sequitur.workflows.event;

import org.jspecify.annotations.Nullable;

/**
 * A checked event, ready to be stored.
 *
 * @param ceId the CloudEvent's own id, unique within its source
 * @param time as the publisher spelled it (RFC 3339)
 * @param partitionKey the extension of that name, else the subject; null: no order promised
 * @param body the complete CloudEvent in JSON, character for character what receivers get
 */
public record IncomingEvent(
    String ceId,
    String source,
    String type,
    @Nullable String subject,
    @Nullable String time,
    @Nullable String partitionKey,
    String body) {}
