package io.sequitur.db.event;

import java.time.Instant;

/** A trigger with a window that a routing opened, and when the earliest such window is due. */
public record Opened(String tenant, String trigger, Instant dueAt) {}
