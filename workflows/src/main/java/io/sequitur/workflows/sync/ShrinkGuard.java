package io.sequitur.workflows.sync;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Finds a set suspicious that has lost most of the one before, or everything, without anybody
 * having deleted it: a catalogue that is being restored, emptied, or switched off by mistake must
 * not switch off every platform with it.
 */
public final class ShrinkGuard {
  private static final int SHOWN = 5;

  private ShrinkGuard() {}

  /**
   * What is in the one set and not in the other.
   *
   * @param before the names in the set that left last
   */
  public static Set<String> missing(Collection<String> before, Collection<String> now) {
    Set<String> missing = new LinkedHashSet<>(before);
    missing.removeAll(Set.copyOf(now));
    return missing;
  }

  /**
   * Why the set must not leave by itself; empty: it may.
   *
   * @param before how many were in the set that left last
   * @param now how many are in this one
   * @param unexplained what is missing although nobody deleted it
   */
  public static Optional<String> suspicion(int before, int now, Collection<String> unexplained) {
    boolean empty = now == 0 && !unexplained.isEmpty();
    boolean shrunken = unexplained.size() * 2 > before;
    return empty || shrunken
        ? Optional.of(
            "The set has %d instead of %d triggers, and nobody deleted %s. Confirm it if that is meant."
                .formatted(now, before, names(unexplained)))
        : Optional.empty();
  }

  private static String names(Collection<String> names) {
    String shown = String.join(", ", names.stream().limit(SHOWN).toList());
    return names.size() <= SHOWN ? shown : shown + " and %d more".formatted(names.size() - SHOWN);
  }
}
