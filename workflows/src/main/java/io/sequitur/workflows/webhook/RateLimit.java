package io.sequitur.workflows.webhook;

import java.time.Duration;

/** At most so many attempts in any stretch of time of that length. */
public record RateLimit(int count, Duration per) {}
