package io.sequitur.db.event;

import java.util.UUID;

/**
 * The answer to a publisher: the id under which the event is known, and whether it was known
 * before.
 */
public record Accepted(UUID id, boolean duplicate) {}
