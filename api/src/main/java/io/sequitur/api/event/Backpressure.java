package io.sequitur.api.event;

import io.sequitur.api.http.ProblemException;
import io.sequitur.api.http.ProblemType;
import io.sequitur.db.BacklogStore;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses events while more of them wait than the engine works off: before they are stored, so that
 * their senders know. An old outbox alone is no reason: while its dispatchers are away, an engine
 * goes on taking what comes.
 */
@Singleton
final class Backpressure {
  private static final Logger log = LoggerFactory.getLogger(Backpressure.class);

  /** Events wait longer than this, and more of them than {@link #MOST}. */
  private static final Duration OLDEST = Duration.ofSeconds(30);

  private static final int MOST = 100_000;
  private static final long LOOK_EVERY = Duration.ofSeconds(1).toNanos();

  private final BacklogStore backlog;
  private final AtomicLong nextLook = new AtomicLong(System.nanoTime());
  private volatile boolean full;

  Backpressure(BacklogStore backlog) {
    this.backlog = backlog;
  }

  /**
   * Lets an event in, by what was seen within the last second in which anybody asked.
   *
   * @throws ProblemException when too much waits
   */
  void check() {
    long due = nextLook.get();
    long now = System.nanoTime();
    if (now - due >= 0 && nextLook.compareAndSet(due, now + LOOK_EVERY)) {
      Thread.ofVirtual().name("backpressure").start(this::look);
    }
    if (full) {
      throw new ProblemException(
          ProblemType.UNAVAILABLE,
          "More than %d events wait to be routed, the first for more than %d s; nothing of this was stored. Send it again later."
              .formatted(MOST, OLDEST.toSeconds()));
    }
  }

  private void look() {
    try {
      boolean now = backlog.behind(OLDEST, MOST);
      if (now != full) {
        log.warn(
            now
                ? "more than {} events wait to be routed: new ones are refused"
                : "fewer than {} events wait, or not for long: new ones are taken again",
            MOST);
      }
      full = now;
    } catch (JdbiException e) {
      log.debug("the outbox cannot be looked at; whoever stores an event says so himself", e);
    }
  }
}
