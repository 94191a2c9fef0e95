package io.sequitur.activities;

import java.util.List;

/** What this process keeps in memory, and serves only for the version that a statement just saw. */
public interface KeptEntries {
  /**
   * Compares some entries with their rows, others each time.
   *
   * @param sample how many at most
   * @return a sentence for each that is not what its rows say although its version is theirs
   */
  List<String> different(int sample);
}
