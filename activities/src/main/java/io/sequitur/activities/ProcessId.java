package io.sequitur.activities;

import java.util.UUID;

/** This process among all that work on the same database; it owns the claims that it makes. */
public record ProcessId(UUID value) {
  public static ProcessId random() {
    return new ProcessId(UUID.randomUUID());
  }
}
