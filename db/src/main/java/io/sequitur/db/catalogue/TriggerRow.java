package io.sequitur.db.catalogue;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A trigger as users see it; {@code generated} ones belong to a webhook and are changed there.
 *
 * @param actions all of them in JSON, in the order they were written
 * @param deliver the webhooks that it delivers to; hand-written SQL may have changed only these
 * @param condition in JSON
 */
public record TriggerRow(
    String name,
    String description,
    List<String> events,
    @Nullable String filter,
    String actions,
    List<String> deliver,
    @Nullable String condition,
    boolean generated,
    String version,
    Instant createdAt,
    Instant updatedAt) {}
