package io.sequitur.client;

import io.sequitur.client.Copy.RejectedException;
import io.sequitur.client.SyncApi.Pulled.Full;
import io.sequitur.client.SyncApi.Pulled.Unchanged;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a platform does when it is told something, and after every start: pull, apply, acknowledge.
 * The process may end between any two of these: nothing is remembered outside the {@link Copy}, and
 * doing all of it again is always right. Any number of threads may be in it at once.
 */
public final class Follower {
  private final SyncApi api;
  private final Copy copy;

  public Follower(SyncApi api, Copy copy) {
    this.api = api;
    this.copy = copy;
  }

  /**
   * Answers a notice.
   *
   * @throws IOException if it did not come to its end; the server sends another notice, and trying
   *     again is right
   */
  public void answer(Notice notice) throws IOException, InterruptedException {
    TriggerSet pushed = notice.set();
    take(pushed == null ? pull() : pushed, notice.notificationId());
  }

  /** Without having been told: after a start, and after data was lost. */
  public void catchUp() throws IOException, InterruptedException {
    take(pull(), null);
  }

  private TriggerSet pull() throws IOException, InterruptedException {
    TriggerSet held = copy.held();
    return switch (api.pull(held.generation() == 0 ? null : held.hash())) {
      case Full full -> full.set();
      // The same items under a later number. Whatever the copy holds by now, these are right for
      // it.
      case Unchanged same -> new TriggerSet(same.generation(), held.hash(), held.items());
    };
  }

  // What is acknowledged is what is held, which may be later than what was pulled.
  private void take(TriggerSet set, @Nullable String notificationId)
      throws IOException, InterruptedException {
    Acknowledgement acknowledgement;
    try {
      TriggerSet held = copy.apply(set);
      acknowledgement = new Acknowledgement(held.generation(), held.hash(), notificationId, null);
    } catch (RejectedException e) {
      acknowledgement =
          new Acknowledgement(
              set.generation(), set.hash(), notificationId, String.valueOf(e.getMessage()));
    }
    api.acknowledge(acknowledgement);
  }
}
