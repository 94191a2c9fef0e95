package io.sequitur.api.freshness;

import io.sequitur.api.testing.Api;
import io.sequitur.api.testing.Site;
import io.sequitur.api.testing.Site.Serving;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Processes of one site that are frozen, killed and replaced while they work. */
final class Processes implements AutoCloseable {
  /** For an answer: a frozen process gives none. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final Site site;
  private final String key;
  private final Ledger ledger;
  private final List<Serving> running = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

  Processes(Site site, String key, int count, Ledger ledger) {
    this.site = site;
    this.key = key;
    this.ledger = ledger;
    for (int i = 0; i < count; i++) {
      add();
    }
  }

  Api any(Random random) {
    // One that is killed meanwhile is still in this list.
    List<Serving> now = List.copyOf(running);
    Serving process = now.get(random.nextInt(now.size()));
    return new Api(process.url(), key, PATIENCE);
  }

  /** SIGSTOP, and SIGCONT after so long. */
  void freeze(int which, Duration length) throws InterruptedException, ExecutionException {
    Serving process = running.get(which);
    Instant from = Instant.now();
    process.process().freeze();
    clock.schedule(() -> process.process().thaw(), length.toMillis(), TimeUnit.MILLISECONDS).get();
    ledger.wasFrozen(process.url(), from, Instant.now());
  }

  /** {@code kill -9}. */
  void kill(int which) {
    running.remove(which).process().kill();
  }

  /** One more. */
  void add() {
    running.add(site.serve(Map.of()));
  }

  int count() {
    return running.size();
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
