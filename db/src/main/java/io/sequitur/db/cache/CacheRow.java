package io.sequitur.db.cache;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A cache of a user's own.
 *
 * @param tables JSON as it was written
 * @param state {@code active}; {@code pending}: the owner of the schema has not made its triggers
 *     yet; {@code invalid}: he could not, or somebody took them away
 * @param reason why it is invalid
 * @param version no other state of any cache has it
 */
public record CacheRow(
    String name,
    String key,
    String tables,
    String state,
    @Nullable String reason,
    long version,
    Instant createdAt,
    Instant updatedAt) {}
