package io.sequitur.db.delivery;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which finished deliveries of a webhook a replay sends once more.
 *
 * @param since of events received at this time or later; null for all that are kept
 * @param until of events received before this time; null for now, which is also the latest
 * @param types patterns with {@code *}; null for every type
 * @param states of the deliveries, at least one
 */
public record ReplayWindow(
    String webhook,
    @Nullable Instant since,
    @Nullable Instant until,
    @Nullable List<String> types,
    List<String> states) {
  public ReplayWindow {
    types = types == null ? null : List.copyOf(types);
    states = List.copyOf(states);
    if (states.isEmpty()) {
      throw new IllegalArgumentException("a replay of no state sends nothing");
    }
  }

  /** As patterns of LIKE. */
  String @Nullable [] likes() {
    return types == null
        ? null
        : types.stream()
            .map(type -> type.replaceAll("([\\\\%_])", "\\\\$1").replace('*', '%'))
            .toArray(String[]::new);
  }
}
