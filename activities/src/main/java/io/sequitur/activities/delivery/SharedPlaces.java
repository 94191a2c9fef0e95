package io.sequitur.activities.delivery;

import io.sequitur.activities.ProcessId;
import io.sequitur.db.delivery.PlaceStore;
import java.time.Duration;
import java.util.Map;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this process's places, and gives back what others want and it does not use. Places are held
 * for as long as it lives and uses them, so the usual attempt asks nobody.
 */
final class SharedPlaces implements PlaceLeases, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SharedPlaces.class);

  /** Two beats may fail within {@link PlaceStore#LIFE}. */
  private static final Duration BEAT = Duration.ofSeconds(3);

  private final PlaceStore store;
  private final ProcessId me;
  private final Gates gates = new Gates(this);
  private final Thread beats = Thread.ofVirtual().name("places").unstarted(this::beat);
  private volatile long validUntil = System.nanoTime();

  SharedPlaces(PlaceStore store, ProcessId me) {
    this.store = store;
    this.me = me;
  }

  Gates gates() {
    return gates;
  }

  @Override
  public boolean valid() {
    return System.nanoTime() - validUntil < 0;
  }

  // One at a time with `live`: what a gate may use is never more than what stands in the database.
  @Override
  public synchronized void more(long webhook, int wanted, Gates.Lease lease) {
    if (!valid()) {
      live();
    }
    if (beats.getState() == Thread.State.NEW) {
      beats.start();
    }
    lease.holds(store.take(me.value(), webhook, wanted));
  }

  private void beat() {
    try {
      while (true) {
        Thread.sleep(BEAT);
        try {
          live();
        } catch (JdbiException e) {
          log.debug("places lapse unless the database is back soon", e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void live() {
    long asked = System.nanoTime();
    PlaceStore.News news = store.live(me.value());
    if (news.lapsed()) {
      gates.loseAll();
    }
    validUntil = asked + PlaceStore.LIFE.toNanos();
    Map<Long, Integer> kept = gates.giveWay(news.wanted(), news.senders());
    if (!kept.isEmpty()) {
      store.keep(me.value(), kept);
    }
  }

  @Override
  public void close() {
    beats.interrupt();
    try {
      store.leave(me.value());
    } catch (JdbiException e) {
      log.debug("this process's places lapse by themselves", e);
    }
  }
}
