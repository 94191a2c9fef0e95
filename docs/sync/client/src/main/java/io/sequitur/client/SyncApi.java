package io.sequitur.client;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The two requests that a platform sends. Either may be sent again at any time. */
public interface SyncApi {
  /** The answer to a pull. */
  sealed interface Pulled {
    /** The newest set, with all its pages. */
    record Full(TriggerSet set) implements Pulled {}

    /** This generation has the hash that was named. */
    record Unchanged(long generation) implements Pulled {}
  }

  /**
   * Asks for the newest set.
   *
   * @param hash of the set that is held, which need not be sent again; null: none is
   * @throws IOException if there is no answer, or none that says anything: ask again later
   */
  Pulled pull(@Nullable String hash) throws IOException, InterruptedException;

  /**
   * Says what is held.
   *
   * @throws ConflictException if the server knows no such set
   * @throws IOException if nobody knows whether it was taken: say it again, or wait for a notice
   */
  void acknowledge(Acknowledgement acknowledgement) throws IOException, InterruptedException;

  /** A generation and a hash that do not belong together: pull again. */
  final class ConflictException extends IOException {
    public ConflictException(String message) {
      super(message);
    }
  }
}
