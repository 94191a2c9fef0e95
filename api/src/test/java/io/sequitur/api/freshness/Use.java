package io.sequitur.api.freshness;

import java.time.Instant;
import java.util.Map;

/**
 * A request as it reached its receiver.
 *
 * @param request what to call it
 * @param started of its attempt, as it was recorded, by the database's clock
 * @param arrived by the receiver's clock
 * @param versions of each thing that it was made of
 */
public record Use(
    String request, String webhook, Instant started, Instant arrived, Map<String, Long> versions) {
  public Use {
    versions = Map.copyOf(versions);
  }
}
