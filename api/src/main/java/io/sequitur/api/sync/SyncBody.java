package io.sequitur.api.sync;

import io.sequitur.workflows.sync.SyncStanding;
import io.sequitur.workflows.sync.SyncStanding.SyncSet;
import org.jspecify.annotations.Nullable;

/**
 * Where a target stands.
 *
 * @param state {@code CLEAN} only after it acknowledged what is desired
 * @param desired the newest generation
 * @param notified the highest generation of which it was told; 0: none yet
 * @param applied the generation that it acknowledged; 0: none yet
 * @param error what went wrong last; null: nothing
 */
record SyncBody(
    String state, Generation desired, long notified, long applied, @Nullable String error) {
  /**
   * A set of triggers.
   *
   * @param hash SHA-256, in hex, of its canonical form
   */
  record Generation(long generation, String hash) {
    static Generation of(SyncSet set) {
      return new Generation(set.generation(), set.hash());
    }
  }

  static SyncBody of(SyncStanding standing) {
    return new SyncBody(
        standing.state().name(),
        Generation.of(standing.newest()),
        standing.notified(),
        standing.applied().generation(),
        standing.error());
  }
}
