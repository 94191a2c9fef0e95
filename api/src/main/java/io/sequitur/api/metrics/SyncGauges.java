package io.sequitur.api.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sequitur.db.sync.SyncStore;
import io.sequitur.db.sync.SyncStore.Figures;
import io.sequitur.workflows.sync.SyncState;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import org.jdbi.v3.core.JdbiException;

/**
 * Where sync targets stand, looked up when somebody scrapes and at most every five seconds. The
 * figures are of the whole database, the same in every process; NaN while it is away.
 */
@Singleton
final class SyncGauges {
  private static final Duration REMEMBERED = Duration.ofSeconds(5);
  private static final Figures UNKNOWN = new Figures(Map.of(), Double.NaN);

  private final SyncStore store;
  private Figures last = UNKNOWN;
  private long lastAsked = System.nanoTime() - REMEMBERED.toNanos();

  SyncGauges(SyncStore store) {
    this.store = store;
  }

  void bindTo(MeterRegistry registry) {
    for (SyncState state : SyncState.values()) {
      Gauge.builder("sequitur.sync.targets", this, gauges -> gauges.count(state))
          .description("Sync targets by state")
          .tag("state", state.name())
          .register(registry);
    }
    Gauge.builder("sequitur.sync.unapplied.age.seconds", this, gauges -> gauges.figures().age())
        .description("How long the target that waits longest is not CLEAN")
        .register(registry);
  }

  private double count(SyncState state) {
    Figures figures = figures();
    return Double.isNaN(figures.age())
        ? Double.NaN
        : figures.targets().getOrDefault(state.name(), 0L);
  }

  private synchronized Figures figures() {
    if (System.nanoTime() - lastAsked >= REMEMBERED.toNanos()) {
      last = ask();
      lastAsked = System.nanoTime();
    }
    return last;
  }

  private Figures ask() {
    try {
      return store.figures();
    } catch (JdbiException e) {
      return UNKNOWN;
    }
  }
}
