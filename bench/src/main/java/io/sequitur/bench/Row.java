package io.sequitur.bench;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One rate and what came of it.
 *
 * @param rate events per second
 * @param result the figures
 * @param backlog how long after the last event was due until all were delivered; null if they never
 *     were
 */
record Row(int rate, RateResult result, @Nullable Duration backlog) {
  private static final int BACKLOG_FRACTION = 6;

  /**
   * Whether the server keeps up: everything taken, and delivered within a sixth of the load's
   * length after its end (5 s after 30 s).
   */
  boolean holds(Duration length) {
    return result.published() == result.offered()
        && result.lost() == 0
        && backlog != null
        && backlog.compareTo(length.dividedBy(BACKLOG_FRACTION)) <= 0;
  }
}
