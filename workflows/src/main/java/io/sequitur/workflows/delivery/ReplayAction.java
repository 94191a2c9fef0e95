package io.sequitur.workflows.delivery;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What an operator can do to a replay. */
public enum ReplayAction {
  /** No further attempt starts. */
  PAUSE,
  /** It goes on; what waits for a retry is tried at once. */
  RESUME,
  /** What it has not sent is not sent. */
  CANCEL;

  /** As the API spells it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Why it cannot be done in this state, or null. */
  public @Nullable String refusal(ReplayState state) {
    return switch (state) {
      case RUNNING -> this == RESUME ? "It is running already." : null;
      case HELD ->
          this == RESUME
              ? "It is held by its webhook, and goes on by itself when that can be used again."
              : null;
      case PAUSED -> this == PAUSE ? "It is paused already." : null;
      case COMPLETED -> "It is completed: everything is sent or given up. Start another one.";
      case CANCELLED ->
          this == CANCEL ? "It is cancelled already." : "It is cancelled. Start another one.";
    };
  }
}
