package io.sequitur.workflows.catalogue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Finds the rules that an event starts. Rules are indexed by what their patterns begin with, so the
 * cost follows the rules that could match, not the size of the catalogue. Immutable.
 */
public final class TriggerMatcher {
  private final List<TriggerRule> rules;
  private final Map<String, List<Integer>> byType = new HashMap<>();
  private final Map<String, List<Integer>> byPrefix = new HashMap<>();
  private final SortedSet<Integer> prefixLengths = new TreeSet<>();

  public TriggerMatcher(List<TriggerRule> rules) {
    this.rules = rules.stream().sorted(Comparator.comparing(TriggerRule::name)).toList();
    for (int i = 0; i < this.rules.size(); i++) {
      index(i, this.rules.get(i).patterns());
    }
  }

  private void index(int rule, List<EventPattern> patterns) {
    if (patterns.isEmpty()) {
      add(byPrefix, "", rule);
      prefixLengths.add(0);
    }
    for (EventPattern pattern : patterns) {
      if (pattern.isLiteral()) {
        add(byType, pattern.prefix(), rule);
      } else {
        add(byPrefix, pattern.prefix(), rule);
        prefixLengths.add(pattern.prefix().length());
      }
    }
  }

  private static void add(Map<String, List<Integer>> index, String key, int rule) {
    index.computeIfAbsent(key, absent -> new ArrayList<>()).add(rule);
  }

  /** The rules whose patterns and filter let the event pass, sorted by name. */
  public List<TriggerRule> match(EventView event) {
    return candidates(event.type()).stream()
        .mapToObj(rules::get)
        .filter(rule -> rule.selects(event.type()) && rule.filtered(event).passes())
        .toList();
  }

  /** A superset of the rules that select the type; each once, in order of names. */
  private BitSet candidates(String type) {
    BitSet found = new BitSet();
    byType.getOrDefault(type, List.of()).forEach(found::set);
    for (int length : prefixLengths) {
      if (length > type.length()) {
        break;
      }
      byPrefix.getOrDefault(type.substring(0, length), List.of()).forEach(found::set);
    }
    return found;
  }
}
