package io.sequitur.activities.violation;

import jakarta.inject.Inject;
import java.time.Clock;

/** Gets its clock behind its constructor's back. */
public class FieldInjected {
  @Inject protected Clock clock;

  /** Now, by a clock that nobody gave it. */
  public long millis() {
    return clock.millis();
  }
}
