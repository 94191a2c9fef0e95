package io.sequitur.db.webhook;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key-value. {@code value} is the value (static), the variable's name (environment), or null
 * (secret: never read back).
 */
public record KeyValueRow(
    String tenant,
    String name,
    String kind,
    @Nullable String value,
    long version,
    Instant createdAt,
    Instant updatedAt) {}
