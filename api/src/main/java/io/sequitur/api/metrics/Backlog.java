package io.sequitur.api.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sequitur.db.BacklogStore;
import io.sequitur.db.BacklogStore.Figures;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.function.ToDoubleFunction;
import org.jdbi.v3.core.JdbiException;

/**
 * What waits in the database, looked up when somebody scrapes and at most every five seconds. The
 * figures are of the whole database, the same in every process; NaN while it is away.
 */
@Singleton
final class Backlog {
  private static final Duration REMEMBERED = Duration.ofSeconds(5);
  private static final Figures UNKNOWN =
      new Figures(
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN,
          Double.NaN);

  private final BacklogStore store;
  private Figures last = UNKNOWN;
  private long lastAsked = System.nanoTime() - REMEMBERED.toNanos();

  Backlog(BacklogStore store) {
    this.store = store;
  }

  void bindTo(MeterRegistry registry) {
    gauge(registry, "sequitur.outbox.size", "Events that are not routed yet", Figures::outbox);
    gauge(
        registry,
        "sequitur.outbox.age.seconds",
        "Age of the oldest event that is not routed yet",
        Figures::oldestSeconds);
    gauge(
        registry,
        "sequitur.deliveries.open",
        "Deliveries that are neither done nor given up",
        Figures::open);
    gauge(
        registry,
        "sequitur.deliveries.blocked",
        "Heads of lanes that wait for an operator",
        Figures::blocked);
    gauge(
        registry,
        "sequitur.invalidation.age.seconds",
        "Age of the oldest invalidation that is still pending",
        Figures::staleSeconds);
    gauge(
        registry,
        "sequitur.uncovered.tables",
        "Tables that something cached is made of and that lack triggers; 0, or look into sequitur.uncovered",
        Figures::uncovered);
    breakers(registry, "open", Figures::openBreakers);
    breakers(registry, "half-open", Figures::halfOpenBreakers);
    gauge(
        registry,
        "sequitur.webhooks.disabled",
        "Webhooks that the engine has disabled: after 410, or a long failure",
        Figures::disabled);
  }

  private void breakers(MeterRegistry registry, String state, ToDoubleFunction<Figures> figure) {
    Gauge.builder("sequitur.breakers", this, backlog -> figure.applyAsDouble(backlog.figures()))
        .description("Webhooks whose breaker is in this state; the others' are closed")
        .tag("state", state)
        .register(registry);
  }

  private void gauge(
      MeterRegistry registry, String name, String description, ToDoubleFunction<Figures> figure) {
    Gauge.builder(name, this, backlog -> figure.applyAsDouble(backlog.figures()))
        .description(description)
        .register(registry);
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
