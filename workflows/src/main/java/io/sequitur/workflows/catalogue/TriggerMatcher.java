package io.sequitur.workflows.catalogue;

import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;

/**
 * Finds the rules that an event starts. Rules are indexed by their patterns, so the cost follows
 * the rules that could match, not the size of the catalogue. Immutable.
 */
public final class TriggerMatcher {
  private final List<TriggerRule> rules;
  private final PatternIndex index = new PatternIndex();

  public TriggerMatcher(List<TriggerRule> rules) {
    this.rules = rules.stream().sorted(Comparator.comparing(TriggerRule::name)).toList();
    for (int i = 0; i < this.rules.size(); i++) {
      index(i, this.rules.get(i).patterns());
    }
  }

  private void index(int rule, List<EventPattern> patterns) {
    if (patterns.isEmpty()) {
      index.addAny(rule);
    }
    patterns.forEach(pattern -> index.add(pattern, rule));
  }

  /** The rules whose patterns and filter let the event pass, sorted by name. */
  public List<TriggerRule> match(EventView event) {
    return candidates(event.type()).stream()
        .map(rules::get)
        .filter(rule -> rule.selects(event.type()) && rule.filtered(event).passes())
        .toList();
  }

  /** The rules whose patterns have to be asked about the type. */
  SortedSet<Integer> candidates(String type) {
    return index.candidates(type);
  }
}
