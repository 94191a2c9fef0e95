package io.sequitur.activities.delivery;

import io.sequitur.activities.ProcessId;
import io.sequitur.db.delivery.BellStore;
import io.sequitur.db.delivery.ClaimStore;
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
  private static final Duration UNTIL_QUIET = Duration.ofDays(1);

  private final BellStore bells;
  private final ClaimStore claims;
  private final Attempts attempts;
  private final ProcessId me;

  /** Webhooks that are drained here; true when one was rung again meanwhile. */
  private final Map<Long, Boolean> running = new ConcurrentHashMap<>();

  LocalDrains(BellStore bells, ClaimStore claims, Attempts attempts, ProcessId me) {
    this.bells = bells;
    this.claims = claims;
    this.attempts = attempts;
    this.me = me;
  }

  /** Returns at once; while a drain of this webhook runs here, it looks once more. */
  void start(long webhook) {
    if (running.merge(webhook, false, (drained, rung) -> true)) {
      return;
    }
    Thread.ofVirtual().name("drain-" + webhook).start(() -> drainUntilQuiet(webhook));
  }

  private void drainUntilQuiet(long webhook) {
    do {
      drain(webhook);
    } while (running.compute(webhook, (uid, again) -> Boolean.TRUE.equals(again) ? false : null)
        != null);
  }

  private void drain(long webhook) {
    try {
      bells.beginWithoutWorkflow(webhook);
      Drain drain = new Drain(webhook, claims, attempts, me, UNTIL_QUIET);
      drain.run(() -> {}, PULSE);
      bells.endWithoutWorkflow(webhook);
      if (drain.attempted() > 0) {
        log.info("attempted {} deliveries of {} without Temporal", drain.attempted(), drain.name());
      }
    } catch (JdbiException e) {
      log.warn("draining webhook {} was given up: {}", webhook, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
