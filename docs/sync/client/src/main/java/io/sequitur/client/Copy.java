package io.sequitur.client;

import java.io.IOException;

/**
 * Where a platform keeps its set. {@link FileCopy} is one; a table in the platform's own database,
 * with one row for the generation, is another.
 */
public interface Copy {
  /**
   * What is held.
   *
   * @return {@link TriggerSet#NONE} if nothing is
   */
  TriggerSet held() throws IOException;

  /**
   * Takes a set, unless a later generation is held: pulls overtake each other. Set and generation
   * become durable together, before this returns.
   *
   * @return what is held now: this set, or the later one
   * @throws RejectedException if the platform cannot work by this set; it keeps the one it has
   */
  TriggerSet apply(TriggerSet set) throws IOException, RejectedException;

  /** A set that the platform refuses; people at the other end read the message. */
  final class RejectedException extends Exception {
    public RejectedException(String reason) {
      super(reason);
    }
  }
}
