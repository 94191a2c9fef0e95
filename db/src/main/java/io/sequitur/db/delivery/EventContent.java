package io.sequitur.db.delivery;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a delivery needs of its event. */
public record EventContent(UUID id, @Nullable String partitionKey, String body) {}
