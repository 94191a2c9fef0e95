package io.sequitur.api.platform;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What was seen of one target, from outside. */
final class Evidence {
  private final Queue<Held> held = new ConcurrentLinkedQueue<>(List.of(Held.NOTHING));
  private final Queue<Reading> readings = new ConcurrentLinkedQueue<>();
  private final Queue<PulledSet> pulls = new ConcurrentLinkedQueue<>();
  private final Queue<Long> notices = new ConcurrentLinkedQueue<>();

  /** Called in the order in which it was held. */
  void held(Held now) {
    held.add(now);
  }

  /** Called in the order in which they were asked. */
  void read(Reading reading) {
    readings.add(reading);
  }

  void pulled(PulledSet set) {
    pulls.add(set);
  }

  /** A notice of this generation arrived; called in the order of arrival. */
  void noticed(long generation) {
    notices.add(generation);
  }

  List<Held> held() {
    return List.copyOf(held);
  }

  List<Reading> readings() {
    return List.copyOf(readings);
  }

  List<PulledSet> pulls() {
    return List.copyOf(pulls);
  }

  List<Long> notices() {
    return List.copyOf(notices);
  }
}
