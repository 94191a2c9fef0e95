package io.sequitur.activities.event;

import io.sequitur.activities.delivery.Attempts;
import io.sequitur.db.catalogue.RoutingRule;
import io.sequitur.db.event.PendingEvent;
import io.sequitur.db.event.RoutePlan;
import io.sequitur.db.event.RoutePlan.Target;
import io.sequitur.db.event.RoutePlanner;
import io.sequitur.workflows.catalogue.EventFilter;
import io.sequitur.workflows.catalogue.EventPattern;
import io.sequitur.workflows.catalogue.EventView;
import io.sequitur.workflows.catalogue.TriggerMatcher;
import io.sequitur.workflows.catalogue.TriggerRule;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Matches events against the compiled catalogue, which is kept under the version it was read at.
 * The version of every routing comes from the statement that took the events, so routing never sees
 * an older catalogue than its events did.
 */
@Singleton
final class Matching implements RoutePlanner {
  private static final Logger log = LoggerFactory.getLogger(Matching.class);
  private static final TriggerMatcher NOTHING = new TriggerMatcher(List.of());

  private final Attempts attempts;
  private final RuleCompiler compiler = new RuleCompiler(Matching::compile);
  private volatile Catalogue catalogue = new Catalogue("", Map.of());

  Matching(Attempts attempts) {
    this.attempts = attempts;
  }

  @Override
  public List<RoutePlan> plan(
      List<PendingEvent> events, String version, Supplier<List<RoutingRule>> load) {
    Catalogue current = catalogue;
    if (!current.version.equals(version)) {
      current = compile(version, load.get());
    }
    Map<String, TriggerMatcher> matchers = current.byTenant;
    return events.stream()
        .map(event -> plan(event, matchers.getOrDefault(event.tenant(), NOTHING)))
        .toList();
  }

  private RoutePlan plan(PendingEvent event, TriggerMatcher matcher) {
    EventView view =
        new EventView(
            event.ceId(),
            event.type(),
            event.source(),
            event.subject(),
            event.time(),
            event.content().partitionKey(),
            event.content().body());
    List<TriggerRule> matches = matcher.match(view);
    // A webhook that several triggers feed gets the event once.
    TreeSet<Long> webhooks =
        matches.stream()
            .flatMap(rule -> rule.webhooks().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    List<Target> targets =
        webhooks.stream().map(uid -> new Target(uid, attempts.hasRoomFor(uid))).toList();
    return new RoutePlan(event.id(), matches.stream().map(TriggerRule::name).toList(), targets);
  }

  private synchronized Catalogue compile(String version, List<RoutingRule> rules) {
    Catalogue compiled = new Catalogue(version, compiler.matchers(rules));
    catalogue = compiled;
    return compiled;
  }

  private record Catalogue(String version, Map<String, TriggerMatcher> byTenant) {}

  // Written by hand past the API: the definition is passed over, and stops nobody else.
  private static Optional<TriggerRule> compile(RoutingRule rule) {
    try {
      EventFilter filter = rule.filter() == null ? null : EventFilter.compile(rule.filter());
      return Optional.of(
          new TriggerRule(
              rule.name(),
              rule.events().stream().map(EventPattern::of).toList(),
              filter,
              rule.webhooks()));
    } catch (IllegalArgumentException e) {
      log.warn(
          "trigger {} of tenant {} is invalid and matches nothing: {}",
          rule.name(),
          rule.tenant(),
          e.getMessage());
      return Optional.empty();
    }
  }
}
