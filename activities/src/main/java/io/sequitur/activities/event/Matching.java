package io.sequitur.activities.event;

import io.sequitur.activities.KeptEntries;
import io.sequitur.activities.Telemetry;
import io.sequitur.activities.Telemetry.Kept;
import io.sequitur.activities.catalogue.BuiltInTriggers;
import io.sequitur.activities.catalogue.StoredRules;
import io.sequitur.activities.delivery.Attempts;
import io.sequitur.activities.delivery.Places;
import io.sequitur.activities.event.RuleCompiler.CompiledRule;
import io.sequitur.activities.event.RuleCompiler.TenantRules;
import io.sequitur.db.catalogue.CurrentRules;
import io.sequitur.db.catalogue.EventTypeRow;
import io.sequitur.db.catalogue.RoutingRule;
import io.sequitur.db.event.Appended.TypeName;
import io.sequitur.db.event.Judgement;
import io.sequitur.db.event.PendingEvent;
import io.sequitur.db.event.RoutePlan;
import io.sequitur.db.event.RoutePlan.Target;
import io.sequitur.db.event.RoutePlanner;
import io.sequitur.workflows.catalogue.EventView;
import io.sequitur.workflows.catalogue.StoredTrigger;
import io.sequitur.workflows.catalogue.TriggerRule;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Matches events against the compiled rules of their tenants, each kept under the version it was
 * read at. The versions of every routing come from the statement that took the events, or a later
 * one, so routing never sees older rules than its events did.
 */
@Singleton
final class Matching implements KeptEntries {
  private static final Logger log = LoggerFactory.getLogger(Matching.class);
  private static final TenantRules NOTHING = TenantRules.of(List.of());

  private final Attempts attempts;
  private final BuiltInTriggers builtIn;
  private final EventTypes types;
  private final CurrentRules current;
  private final Telemetry telemetry;
  private final Random random = new Random();
  private final Map<String, Rules> tenants = new ConcurrentHashMap<>();

  Matching(
      Attempts attempts,
      BuiltInTriggers builtIn,
      EventTypes types,
      CurrentRules current,
      Telemetry telemetry) {
    this.attempts = attempts;
    this.builtIn = builtIn;
    this.types = types;
    this.current = current;
    this.telemetry = telemetry;
  }

  /** For a routing whose attempts begin later: each takes its place then. */
  RoutePlanner planner() {
    return new Planner(null);
  }

  /** For a routing whose attempts begin at once, in the places that it takes now. */
  RoutePlanner planner(Places places) {
    return new Planner(places);
  }

  private final class Planner implements RoutePlanner {
    private final @Nullable Places places;

    Planner(@Nullable Places places) {
      this.places = places;
    }

    @Override
    public Judgement judge(
        PendingEvent event, long typeVersion, Supplier<Optional<EventTypeRow>> load) {
      TypeName name = new TypeName(event.tenant(), event.type());
      return types.judge(name, event.content().body(), typeVersion, load);
    }

    @Override
    public List<RoutePlan> plan(
        List<PendingEvent> events,
        Map<String, String> versions,
        Function<Set<String>, List<RoutingRule>> load) {
      List<RoutePlan> plans = Matching.this.plan(events, versions, load);
      if (places != null) {
        plans.forEach(plan -> reserve(plan, places));
        places.taken();
      }
      return plans;
    }

    private static void reserve(RoutePlan plan, Places places) {
      plan.targets().stream()
          .filter(Target::claim)
          .forEach(target -> places.reserve(target.webhookUid()));
    }
  }

  private List<RoutePlan> plan(
      List<PendingEvent> events,
      Map<String, String> versions,
      Function<Set<String>, List<RoutingRule>> load) {
    Map<String, TenantRules> found = new HashMap<>();
    Set<String> outdated = new HashSet<>();
    for (PendingEvent event : events) {
      Rules known = tenants.get(event.tenant());
      if (known != null && known.compiled.version.equals(versions.get(event.tenant()))) {
        found.put(event.tenant(), known.compiled.rules);
      } else {
        outdated.add(event.tenant());
      }
    }
    telemetry.looked(Kept.RULES, found.size(), outdated.size());
    if (!outdated.isEmpty()) {
      found.putAll(compile(outdated, versions, load.apply(outdated)));
    }
    return events.stream()
        .map(event -> plan(event, found.getOrDefault(event.tenant(), NOTHING)))
        .toList();
  }

  // What this routing uses is what was read for it, whatever another one puts there meanwhile.
  private Map<String, TenantRules> compile(
      Set<String> outdated, Map<String, String> versions, List<RoutingRule> read) {
    Map<String, List<RoutingRule>> byTenant =
        read.stream().collect(Collectors.groupingBy(RoutingRule::tenant));
    Map<String, TenantRules> compiled = new HashMap<>();
    for (String tenant : outdated) {
      Rules rules = tenants.computeIfAbsent(tenant, unknown -> new Rules());
      String version = Objects.requireNonNull(versions.get(tenant), "every tenant has a version");
      compiled.put(
          tenant, rules.compile(tenant, version, byTenant.getOrDefault(tenant, List.of())));
    }
    return compiled;
  }

  // Of one tenant at a time: there may be thousands, and they are read as a whole.
  @Override
  public List<String> different(int sample) {
    List<String> known = List.copyOf(tenants.keySet());
    if (known.isEmpty()) {
      return List.of();
    }
    String tenant = known.get(random.nextInt(known.size()));
    Rules.Compiled kept = Objects.requireNonNull(tenants.get(tenant)).compiled;
    return current
        .read(tenant)
        .filter(now -> now.version().equals(kept.version) && !now.rules().equals(kept.read))
        .map(now -> "the set of rules of tenant " + tenant)
        .stream()
        .toList();
  }

  /** One tenant's, as they were last read. */
  private static final class Rules {
    private final RuleCompiler compiler = new RuleCompiler(Matching::compile);
    private volatile Compiled compiled = new Compiled("", List.of(), NOTHING);

    private record Compiled(String version, List<RoutingRule> read, TenantRules rules) {}

    private synchronized TenantRules compile(
        String tenant, String version, List<RoutingRule> rules) {
      Compiled now =
          new Compiled(version, rules, compiler.compile(rules).getOrDefault(tenant, NOTHING));
      compiled = now;
      return now.rules;
    }
  }

  private RoutePlan plan(PendingEvent event, TenantRules rules) {
    EventView view =
        new EventView(
            event.ceId(),
            event.type(),
            event.source(),
            event.subject(),
            event.time(),
            event.content().partitionKey(),
            event.content().body());
    List<TriggerRule> matches = rules.matcher().match(view);
    ConditionRules conditions = rules.conditions();
    if (conditions == null) {
      return plan(event, matches);
    }
    List<TriggerRule> atOnce = matches.stream().filter(rule -> !conditions.has(rule)).toList();
    return plan(event, atOnce)
        .observing(conditions.observe(event, view, matches, rule -> plan(event, List.of(rule))));
  }

  private RoutePlan plan(PendingEvent event, List<TriggerRule> matches) {
    // A webhook that several triggers feed gets the event once.
    TreeSet<Long> webhooks =
        matches.stream()
            .flatMap(rule -> rule.webhooks().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    List<Target> targets =
        webhooks.stream().map(uid -> new Target(uid, attempts.hasRoomFor(uid))).toList();
    List<String> triggers = matches.stream().map(TriggerRule::name).toList();
    return new RoutePlan(
        event.id(), builtIn.matchedBeside(triggers, event.type()), targets, actions(matches));
  }

  private static List<RoutePlan.Action> actions(List<TriggerRule> matches) {
    return matches.stream()
        .flatMap(rule ->
            rule.actions().stream()
                .map(action ->
                    new RoutePlan.Action(
                        rule.name(), action.ordinal(), action.kind(), action.parameters())))
        .toList();
  }

  // Written by hand past the API: the definition is passed over, and stops nobody else.
  private static Optional<CompiledRule> compile(RoutingRule rule) {
    try {
      StoredTrigger trigger = StoredRules.compile(rule);
      return Optional.of(
          new CompiledRule(trigger.rule(), ConditionRules.Rule.of(trigger, rule.conditionId())));
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
