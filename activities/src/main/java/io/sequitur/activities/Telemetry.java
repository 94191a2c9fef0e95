package io.sequitur.activities;

import java.time.Duration;

/**
 * Is told what the engine did, to be counted. Called on the event's way, so it neither blocks nor
 * fails.
 */
public interface Telemetry {
  /** Events that got their deliveries. */
  void routed(int events);

  /**
   * An attempt was made.
   *
   * @param result {@code delivered}, or the name of the failure's class
   * @param duration on the wire
   */
  void attempted(String result, Duration duration);

  /** An attempt was put off because its webhook's rate limit said so. */
  void rateWaited();

  /** Deliveries whose retries are used up, or that an operator passed over. */
  void deadLettered(int deliveries);

  /** So many entries that were asked for in memory were there, at the version wanted, or not. */
  void looked(Kept kept, int hits, int misses);

  /** What is kept in memory. */
  enum Kept {
    /** A webhook ready to be called, asked for by an attempt. */
    WEBHOOK,
    /** The rules of a tenant, asked for by a routing. */
    RULES,
    /** A declared event type, asked for by a routing. */
    EVENT_TYPE
  }

  /** So many entries of a cache differ from their rows; none, or something is wrong. */
  void stale(int entries);

  /** All configuration in memory became stale at once. */
  void everythingStale();
}
