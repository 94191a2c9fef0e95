package io.sequitur.client;

import io.sequitur.client.SyncApi.Pulled.Full;
import io.sequitur.client.SyncApi.Pulled.Unchanged;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server in memory: it has one set, and remembers what it was told. */
final class ScriptedApi implements SyncApi {
  final List<Acknowledgement> acknowledged = new ArrayList<>();
  final List<String> asked = new ArrayList<>();
  private TriggerSet set = TriggerSet.NONE;
  private boolean away;

  /** Runs when the answer to the next pull is made, and before it arrives. */
  private Runnable meanwhile = () -> {};

  void has(TriggerSet newer) {
    set = newer;
  }

  void away(boolean isAway) {
    away = isAway;
  }

  void meanwhile(Runnable work) {
    meanwhile = work;
  }

  @Override
  public Pulled pull(@Nullable String hash) throws IOException {
    asked.add(String.valueOf(hash));
    TriggerSet answer = set;
    Runnable work = meanwhile;
    meanwhile = () -> {};
    work.run();
    if (away) {
      throw new IOException("away");
    }
    return answer.hash().equals(hash) ? new Unchanged(answer.generation()) : new Full(answer);
  }

  @Override
  public void acknowledge(Acknowledgement acknowledgement) throws IOException {
    if (away) {
      throw new IOException("away");
    }
    acknowledged.add(acknowledgement);
  }
}
