package io.sequitur.api.platform;

import io.sequitur.api.platform.Change.Rotation;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** What writers changed, by their own account. */
final class ChangeLog {
  private final Queue<Change> changes = new ConcurrentLinkedQueue<>();
  private final Queue<Rotation> rotations = new ConcurrentLinkedQueue<>();
  private final AtomicInteger version = new AtomicInteger();

  /** Another value than all before. */
  String newValue() {
    return "v" + version.incrementAndGet();
  }

  void changed(Change change) {
    changes.add(change);
  }

  void rotated(Rotation rotation) {
    rotations.add(rotation);
  }

  int count() {
    return changes.size() + rotations.size();
  }

  /** Once all writers are done. */
  CatalogueHistory history(Evidence evidence) {
    return new CatalogueHistory(changes, rotations, evidence.pulls());
  }
}
