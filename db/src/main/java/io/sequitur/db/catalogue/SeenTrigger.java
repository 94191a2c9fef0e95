package io.sequitur.db.catalogue;

import org.jspecify.annotations.Nullable;

/**
 * A trigger as its rows stand, beside what the last reconcile saw of it.
 *
 * @param generated whether a webhook's events make it
 * @param now null when its rows are gone
 * @param before null when no reconcile saw it yet
 */
public record SeenTrigger(
    String name, boolean generated, @Nullable Seen now, @Nullable Seen before) {

  /** With the stamp that its rows have now. */
  public SeenTrigger stampedAs(@Nullable Seen rows) {
    return now == null || rows == null
        ? this
        : new SeenTrigger(
            name,
            generated,
            new Seen(now.active(), now.signature(), rows.stamp(), now.problem()),
            before);
  }

  /**
   * What was seen.
   *
   * @param active false for a webhook that generates no trigger
   * @param signature stands for what the rows say
   * @param stamp stands for their versions
   * @param problem why it cannot be compiled; known only of what was seen before
   */
  public record Seen(boolean active, String signature, String stamp, @Nullable String problem) {
    public Seen because(@Nullable String reason) {
      return new Seen(active, signature, stamp, reason);
    }
  }
}
