package io.sequitur.db.event;

import io.sequitur.db.Digest128;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an event is to the condition of a trigger, found while it is matched.
 *
 * @param conditionId of the condition as the event saw it
 * @param key what separates windows; null: absent, which has a window of its own
 * @param consequence what the trigger makes of this event if its threshold is reached with it
 */
public record Observation(
    String tenant,
    String trigger,
    long conditionId,
    @Nullable String key,
    Role role,
    RoutePlan consequence) {

  /** Which part an event plays. */
  public sealed interface Role {
    Duration within();

    /** One more of so many. */
    record Counts(int threshold, Duration within) implements Role {}

    /**
     * Something should follow it, or it is what should follow, or both: then it closes the window
     * before, and opens the next.
     */
    record Waits(boolean opens, boolean closes, Duration within) implements Role {}
  }

  /** Stands for the key: it may be long, and an absent one is no text. */
  UUID keyHash() {
    return key == null ? Digest128.of() : Digest128.of(key);
  }
}
