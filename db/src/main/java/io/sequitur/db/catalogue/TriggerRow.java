package io.sequitur.db.catalogue;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A trigger as users see it; {@code generated} ones belong to a webhook and are changed there. */
public record TriggerRow(
    String name,
    String description,
    List<String> events,
    @Nullable String filter,
    List<String> deliver,
    boolean generated,
    String version,
    Instant createdAt,
    Instant updatedAt) {}
