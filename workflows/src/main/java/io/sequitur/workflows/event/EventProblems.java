package io.sequitur.workflows.event;

import io.sequitur.workflows.event.InvalidEvent.Kind;
import io.sequitur.workflows.json.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong while an event or a batch is read. */
final class EventProblems {
  // A batch in which everything is wrong is explained well enough by its beginning.
  private static final int MAX_LISTED = 100;

  private final List<Problem> problems = new ArrayList<>();
  private @Nullable Kind gravest;

  void add(Kind kind, String pointer, String detail) {
    if (gravest == null || kind.compareTo(gravest) < 0) {
      gravest = kind;
    }
    if (problems.size() < MAX_LISTED) {
      problems.add(new Problem(pointer, detail));
    }
  }

  void throwIfAny() {
    if (gravest != null) {
      throw new InvalidEvent(gravest, problems);
    }
  }
}
