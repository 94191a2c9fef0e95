package io.sequitur.activities.delivery;

import io.sequitur.activities.ProcessId;
import io.sequitur.db.delivery.ClaimStore;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attempts what is due while Temporal cannot be rung, so that a healthy receiver waits for nobody's
 * workflow engine. Claims and lanes are rows: whoever drains, and however many do, each delivery is
 * sent by one.
 */
@Singleton
final class LocalDrains {
  private static final Logger log = LoggerFactory.getLogger(LocalDrains.class);
  private static final Duration PULSE = Duration.ofSeconds(1);

  private final ClaimStore claims;
  private final Attempts attempts;
  private final ProcessId me;
  private final Map<Long, Thread> running = new ConcurrentHashMap<>();

  LocalDrains(ClaimStore claims, Attempts attempts, ProcessId me) {
    this.claims = claims;
    this.attempts = attempts;
    this.me = me;
  }

  /** Returns at once; does nothing while a drain of this webhook runs here. */
  void start(long webhook) {
    running.computeIfAbsent(
        webhook, uid -> Thread.ofVirtual().name("drain-" + webhook).start(() -> drain(webhook)));
  }

  private void drain(long webhook) {
    try {
      Drain drain = new Drain(webhook, claims, attempts, me);
      drain.run(() -> {}, PULSE);
      if (drain.attempted() > 0) {
        log.info("attempted {} deliveries of {} without Temporal", drain.attempted(), drain.name());
      }
    } catch (JdbiException e) {
      log.warn("draining webhook {} was given up: {}", webhook, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      running.remove(webhook);
    }
  }

  @PreDestroy
  void close() {
    running.values().forEach(Thread::interrupt);
  }
}
