package io.sequitur.activities.event;

import io.sequitur.db.event.Observation;
import io.sequitur.db.event.Observation.Role;
import io.sequitur.db.event.PendingEvent;
import io.sequitur.db.event.RoutePlan;
import io.sequitur.workflows.catalogue.Condition;
import io.sequitur.workflows.catalogue.Condition.Absence;
import io.sequitur.workflows.catalogue.Condition.Threshold;
import io.sequitur.workflows.catalogue.EventView;
import io.sequitur.workflows.catalogue.ForEach;
import io.sequitur.workflows.catalogue.StoredTrigger;
import io.sequitur.workflows.catalogue.TriggerMatcher;
import io.sequitur.workflows.catalogue.TriggerRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The conditions among one tenant's triggers: what an event that matches such a trigger means to
 * its windows, and which events close windows without matching anything. Immutable.
 */
final class ConditionRules {
  /** A trigger's condition, and the id of its windows. */
  record Rule(StoredTrigger stored, long id, Condition condition) {
    /**
     * The condition of a trigger, if it has one.
     *
     * @throws IllegalArgumentException if somebody stored it without an id
     */
    static @Nullable Rule of(StoredTrigger trigger, @Nullable Long id) {
      Condition condition = trigger.condition();
      if (condition == null) {
        return null;
      }
      if (id == null) {
        throw new IllegalArgumentException("its condition has no id");
      }
      return new Rule(trigger, id, condition);
    }

    String trigger() {
      return stored.rule().name();
    }
  }

  private final Map<String, Rule> byTrigger;
  private final TriggerMatcher closing;

  ConditionRules(List<Rule> rules) {
    this.byTrigger = rules.stream().collect(Collectors.toUnmodifiableMap(Rule::trigger, r -> r));
    List<TriggerRule> closers = new ArrayList<>();
    for (Rule rule : rules) {
      if (rule.condition instanceof Absence absence) {
        closers.add(new TriggerRule(rule.trigger(), absence.absent(), null, List.of()));
      }
    }
    this.closing = new TriggerMatcher(closers);
  }

  boolean has(TriggerRule rule) {
    return byTrigger.containsKey(rule.name());
  }

  /**
   * What the event means to conditions, by trigger.
   *
   * @param matches the triggers that it matches
   * @param consequence what a trigger makes of the event when it is to act at once
   */
  List<Observation> observe(
      PendingEvent event,
      EventView view,
      List<TriggerRule> matches,
      Function<TriggerRule, RoutePlan> consequence) {
    Set<String> closed = new HashSet<>();
    closing.match(view).forEach(rule -> closed.add(rule.name()));
    List<Observation> observations = new ArrayList<>();
    for (TriggerRule match : matches) {
      Rule rule = byTrigger.get(match.name());
      if (rule != null && rule.stored.lets(view.type())) {
        Role role = role(rule.condition, closed.remove(match.name()));
        observations.add(observation(event, view, rule, role, consequence.apply(match)));
      }
    }
    RoutePlan nothing = new RoutePlan(event.id(), List.of(), List.of());
    for (String trigger : closed.stream().sorted().toList()) {
      Rule rule = byTrigger.get(trigger);
      if (rule != null) {
        Role role = new Role.Waits(false, true, rule.condition.within());
        observations.add(observation(event, view, rule, role, nothing));
      }
    }
    return observations;
  }

  private static Role role(Condition condition, boolean closes) {
    return switch (condition) {
      case Threshold threshold -> new Role.Counts(threshold.threshold(), threshold.within());
      case Absence absence -> new Role.Waits(true, closes, absence.within());
    };
  }

  private static Observation observation(
      PendingEvent event, EventView view, Rule rule, Role role, RoutePlan consequence) {
    ForEach forEach = rule.condition.forEach();
    return new Observation(
        event.tenant(),
        rule.trigger(),
        rule.id,
        forEach == null ? null : forEach.key(view),
        role,
        consequence);
  }
}
