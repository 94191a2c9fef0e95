package io.sequitur.db.sync;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An action that its taker now has to carry out, with its event.
 *
 * @param attempts that were made before
 */
public record DueAction(
    Key key, String tenant, String kind, String parameters, int attempts, Event event) {
  /** One action row. */
  public record Key(UUID eventId, String trigger, int ordinal) {}

  /** What came. */
  public record Event(
      String ceId,
      String source,
      String type,
      @Nullable String subject,
      @Nullable String time,
      @Nullable String partitionKey,
      String body) {}
}
