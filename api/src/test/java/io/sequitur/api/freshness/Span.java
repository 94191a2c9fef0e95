package io.sequitur.api.freshness;

import java.time.Instant;

/** From one moment to another: of a process that was frozen, or of a webhook that was off. */
public record Span(String of, Instant from, Instant until) {
  boolean meets(Instant first, Instant last) {
    return from.isBefore(last) && until.isAfter(first);
  }

  boolean holds(Instant at) {
    return from.isBefore(at) && until.isAfter(at);
  }
}
