package io.sequitur.db.catalogue;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event type.
 *
 * @param schema JSON as it was written; null: documentation only
 * @param onInvalid {@code reject}, {@code quarantine} or {@code warn}
 * @param version no other state of any event type has it
 */
public record EventTypeRow(
    String tenant,
    String name,
    String description,
    @Nullable String schema,
    String onInvalid,
    long version,
    Instant createdAt,
    Instant updatedAt) {}
