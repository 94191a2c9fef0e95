package io.sequitur.bench;

import org.jspecify.annotations.Nullable;

/**
 * What one rate came to, in the form in which it is printed as JSON. Null is unknown.
 *
 * @param offered events that were due
 * @param published events that the server acknowledged
 * @param delivered deliveries, each (event, webhook) pair once
 * @param lost deliveries that acknowledged events still lack
 * @param duplicates deliveries that came again
 * @param ackMs from when an event was due until it was acknowledged
 * @param deliverMs from when an event was due until it had arrived whole at the receiver
 * @param statementsPerEvent SQL statements of the server, less what it sends when idle
 * @param cpuSecondsPer1000 CPU time for a thousand published events
 */
record RateResult(
    long offered,
    long published,
    long delivered,
    long lost,
    long duplicates,
    AckMs ackMs,
    DeliverMs deliverMs,
    @Nullable Double eventsPerWorkflow,
    @Nullable Double statementsPerEvent,
    CpuSeconds cpuSecondsPer1000) {

  boolean isComplete() {
    return lost == 0 && duplicates == 0 && published == offered;
  }

  /** Percentiles in milliseconds. */
  record AckMs(@Nullable Double p50, @Nullable Double p95, @Nullable Double p99) {
    static AckMs of(Histogram times) {
      return new AckMs(times.percentileMs(50), times.percentileMs(95), times.percentileMs(99));
    }
  }

  /** Percentiles and maximum in milliseconds. */
  record DeliverMs(
      @Nullable Double p50, @Nullable Double p95, @Nullable Double p99, @Nullable Double max) {
    static DeliverMs of(Histogram times) {
      return new DeliverMs(
          times.percentileMs(50), times.percentileMs(95), times.percentileMs(99), times.maxMs());
    }
  }

  /** By process; Temporal's is null when it runs inside the server. */
  record CpuSeconds(
      @Nullable Double server, @Nullable Double postgres, @Nullable Double temporal) {}
}
