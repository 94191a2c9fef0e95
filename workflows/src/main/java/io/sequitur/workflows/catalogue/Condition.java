package io.sequitur.workflows.catalogue;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What must come together over time before a trigger's actions run. It is counted in windows, one
 * for each value of {@link #forEach} (docs/conditions.md).
 */
public sealed interface Condition {
  /** How long a window is open; times are the database's, taken when an event is routed. */
  Duration within();

  /** What separates windows; null: one window for all events of the trigger. */
  @Nullable ForEach forEach();

  /**
   * Fires for the event that is the {@code threshold}-th of its window, once per window.
   *
   * @param threshold at least 1
   */
  record Threshold(int threshold, Duration within, @Nullable ForEach forEach) implements Condition {
    public Threshold {
      if (threshold < 1) {
        throw new IllegalArgumentException("a threshold is at least 1, not " + threshold);
      }
    }
  }

  /**
   * Fires for an event of {@code after} when none of {@code absent} follows it in time.
   *
   * @param after patterns; any of them opens a window
   * @param absent patterns; any of them closes it
   */
  record Absence(
      List<EventPattern> after,
      List<EventPattern> absent,
      Duration within,
      @Nullable ForEach forEach)
      implements Condition {
    public Absence {
      after = List.copyOf(after);
      absent = List.copyOf(absent);
    }
  }
}
