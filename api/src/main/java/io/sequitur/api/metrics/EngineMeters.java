package io.sequitur.api.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sequitur.activities.Telemetry;
import io.sequitur.workflows.delivery.FailureClass;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Counts what this process did. Every series exists from the start, so that rates begin at 0. */
@Singleton
public final class EngineMeters implements Telemetry {
  private static final String DELIVERED = "delivered";

  private final Counter accepted;
  private final Counter routed;
  private final Counter staleEntries;
  private final Counter everythingStale;
  private final Counter rateWaits;
  private final Counter deadLetters;
  private final Map<Kept, Counter> hits = new EnumMap<>(Kept.class);
  private final Map<Kept, Counter> misses = new EnumMap<>(Kept.class);
  private final Map<String, Timer> attempts;

  EngineMeters(MeterRegistry registry) {
    accepted =
        Counter.builder("sequitur.events.accepted")
            .description("Events taken over HTTP, without duplicates")
            .register(registry);
    routed =
        Counter.builder("sequitur.events.routed")
            .description("Events that got their deliveries")
            .register(registry);
    staleEntries =
        Counter.builder("sequitur.stale.entries")
            .description(
                "Sampled entries that differ from their rows; anything but 0 is an incident")
            .register(registry);
    everythingStale =
        Counter.builder("sequitur.cache.invalidated.everything")
            .description(
                "Times when all configuration in memory became stale: see sequitur.schema_change")
            .register(registry);
    rateWaits =
        Counter.builder("sequitur.rate.waits")
            .description("Attempts that were put off because of their webhook's rate limit")
            .register(registry);
    deadLetters =
        Counter.builder("sequitur.dead.letters")
            .description("Deliveries whose retries are used up, or that were skipped")
            .register(registry);
    for (Kept kept : Kept.values()) {
      hits.put(kept, looked(registry, kept, "hit"));
      misses.put(kept, looked(registry, kept, "miss"));
    }
    Map<String, Timer> byResult = new HashMap<>();
    Stream.concat(Stream.of(DELIVERED), Stream.of(FailureClass.values()).map(Enum::name))
        .forEach(result -> byResult.put(result, timer(registry, result)));
    attempts = Map.copyOf(byResult);
  }

  /** Events that were acknowledged. */
  public void accepted(int events) {
    accepted.increment(events);
  }

  @Override
  public void routed(int events) {
    routed.increment(events);
  }

  @Override
  public void looked(Kept kept, int hit, int missed) {
    Objects.requireNonNull(hits.get(kept)).increment(hit);
    Objects.requireNonNull(misses.get(kept)).increment(missed);
  }

  @Override
  public void stale(int entries) {
    staleEntries.increment(entries);
  }

  @Override
  public void everythingStale() {
    everythingStale.increment();
  }

  @Override
  public void rateWaited() {
    rateWaits.increment();
  }

  @Override
  public void deadLettered(int deliveries) {
    deadLetters.increment(deliveries);
  }

  @Override
  public void attempted(String result, Duration duration) {
    Objects.requireNonNull(attempts.get(result), result).record(duration);
  }

  private static Counter looked(MeterRegistry registry, Kept kept, String result) {
    return Counter.builder("sequitur.cache.gets")
        .description(
            "Entries asked for in memory: hit if there at the current version, miss if loaded")
        .tag("cache", kept.name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .tag("result", result)
        .register(registry);
  }

  private static Timer timer(MeterRegistry registry, String result) {
    return Timer.builder("sequitur.attempts")
        .description("Attempts by result: delivered, or the class of the failure")
        .tag("result", result)
        .serviceLevelObjectives(
            Duration.ofMillis(10),
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(15))
        .register(registry);
  }
}
