package io.sequitur.api.event;

import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import io.sequitur.db.event.EventReader.Filter.State;
import io.sequitur.workflows.json.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The states of events, in the words of the API. */
final class EventState {
  private EventState() {}

  /** The state that a list is restricted to; null: to none. */
  static @Nullable State parse(@Nullable String word) {
    return switch (word) {
      case null -> null;
      case "pending" -> State.PENDING;
      case "routed" -> State.ROUTED;
      case "quarantined" -> State.QUARANTINED;
      default -> {
        String detail = "state must be one of pending, quarantined, routed.";
        throw new ProblemException(
            ProblemType.MALFORMED, detail, List.of(new Problem("/state", detail)));
      }
    };
  }
}
