package io.sequitur.activities.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sequitur.db.catalogue.ReconcileStore;
import io.sequitur.db.catalogue.ReconcileStore.Last;
import io.sequitur.db.catalogue.RoutingRule;
import io.sequitur.db.catalogue.RuleReader;
import io.sequitur.db.catalogue.SeenTrigger;
import io.sequitur.db.catalogue.SeenTrigger.Seen;
import io.sequitur.workflows.catalogue.Reconciled;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds what the rows say about a tenant's triggers against what the last reconcile saw. Triggers
 * of webhooks are derived from their rows, so neither side can lose one; what can happen is that
 * rows changed past their versions, by which processes know that they have to read again, or that a
 * definition came to be invalid. The first is mended, the second told.
 */
@Singleton
public final class Reconciler {
  /** What compiles under one version of the engine may not under the next. */
  public static final String ENGINE = engine();

  private static final Logger log = LoggerFactory.getLogger(Reconciler.class);
  private static final LocalTime NIGHT = LocalTime.of(3, 0);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ReconcileStore store;
  private final Clock clock;

  Reconciler(ReconcileStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** What a reconcile would find now. */
  public ReconcileReport look(String tenant) {
    return store.look(handle -> compare(handle, tenant)).report();
  }

  /** Reconciles, and puts the report in the place of the last one. */
  Reconciled reconcile(String tenant, @Nullable String workflowId, @Nullable String runId) {
    long began = System.nanoTime();
    Reconciled summary =
        store.alone(
            tenant,
            handle -> {
              Comparison found = compare(handle, tenant);
              store.stampAnew(handle, tenant, found.toStamp());
              store.forget(handle, tenant, found.toForget());
              store.record(handle, tenant, recorded(handle, tenant, found));
              Duration took = Duration.ofNanos(System.nanoTime() - began);
              String report = json(found.report());
              store.report(
                  handle,
                  tenant,
                  new Last(clock.instant(), took, ENGINE, workflowId, runId, report),
                  nextNight(clock));
              return found.report().summary();
            });
    log.info("reconciled the triggers of tenant {}: {}", tenant, summary.sentence());
    return summary;
  }

  /** The next 03:00 UTC. */
  public static Instant nextNight(Clock clock) {
    ZonedDateTime now = clock.instant().atZone(ZoneOffset.UTC);
    ZonedDateTime tonight = now.with(NIGHT);
    return (tonight.isAfter(now) ? tonight : tonight.plusDays(1)).toInstant();
  }

  private Comparison compare(Handle handle, String tenant) {
    Rules rules = new Rules(handle, tenant);
    boolean sameEngine =
        store.last(handle, tenant).map(last -> last.engine().equals(ENGINE)).orElse(false);
    Comparison comparison = new Comparison(rules::problem, sameEngine);
    store.seen(handle, tenant).forEach(comparison::add);
    return comparison;
  }

  // What was stamped anew has another stamp than the one that was read.
  private List<SeenTrigger> recorded(Handle handle, String tenant, Comparison found) {
    if (found.toStamp().isEmpty()) {
      return found.toRecord();
    }
    Map<String, Seen> stamped = new HashMap<>();
    for (SeenTrigger trigger : store.seen(handle, tenant)) {
      if (trigger.now() != null) {
        stamped.put(trigger.name(), trigger.now());
      }
    }
    return found.toRecord().stream()
        .map(trigger -> trigger.stampedAs(stamped.get(trigger.name())))
        .toList();
  }

  private static String json(ReconcileReport report) {
    try {
      return JSON.writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report cannot be written as JSON", e);
    }
  }

  private static String engine() {
    String version = Reconciler.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** Read when the first is asked for: on most nights none is. */
  private static final class Rules {
    private final Handle handle;
    private final String tenant;
    private @Nullable Map<String, RoutingRule> byName;

    Rules(Handle handle, String tenant) {
      this.handle = handle;
      this.tenant = tenant;
    }

    Optional<String> problem(String name) {
      Map<String, RoutingRule> rules = byName;
      if (rules == null) {
        rules = new HashMap<>();
        for (RoutingRule rule : RuleReader.rules(handle, List.of(tenant))) {
          rules.put(rule.name(), rule);
        }
        byName = rules;
      }
      return Optional.ofNullable(rules.get(name)).flatMap(StoredRules::problem);
    }
  }
}
