package io.sequitur.api.mode.demo;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Requests in the order of their arrival, and what can be said about them. */
record Arrivals(List<Arrival> list) {
  Arrivals {
    list = List.copyOf(list);
  }

  Arrivals at(String webhook) {
    return where(arrival -> arrival.webhook().equals(webhook));
  }

  Arrivals of(Collection<String> ids) {
    Set<String> wanted = Set.copyOf(ids);
    return where(arrival -> wanted.contains(arrival.id()));
  }

  Arrivals where(Predicate<Arrival> condition) {
    return new Arrivals(list.stream().filter(condition).toList());
  }

  Arrivals taken() {
    return where(Arrival::taken);
  }

  int size() {
    return list.size();
  }

  Set<String> ids() {
    return list.stream().map(Arrival::id).collect(Collectors.toUnmodifiableSet());
  }

  /** How many requests came for what the same webhook had taken already. */
  int repeats() {
    Set<String> seen = new HashSet<>();
    return (int)
        list.stream()
            .filter(Arrival::taken)
            .filter(arrival -> !seen.add(arrival.webhook() + " " + arrival.id()))
            .count();
  }

  /** Whether every attempt of one event carried the same bytes. */
  boolean sameBytes() {
    Map<String, String> bodies = new HashMap<>();
    return list.stream()
        .allMatch(arrival -> {
          String before = bodies.putIfAbsent(arrival.id(), arrival.body());
          return before == null || before.equals(arrival.body());
        });
  }

  /** Whether all signatures were good. */
  boolean verified() {
    return list.stream().allMatch(Arrival::verified);
  }

  /**
   * Whether each lane of each webhook rose, and nothing was sent before the one ahead of it was
   * taken; attempts of the same event may repeat.
   */
  boolean inOrder() {
    Map<String, Arrival> last = new HashMap<>();
    for (Arrival arrival : list) {
      Arrival before = last.put(arrival.webhook() + " " + arrival.lane(), arrival);
      if (before != null && !mayFollow(before, arrival)) {
        return false;
      }
    }
    return true;
  }

  private static boolean mayFollow(Arrival before, Arrival next) {
    return before.sequence() == next.sequence()
        || (before.taken() && next.sequence() > before.sequence());
  }

  /** How many lanes there are. */
  long lanes() {
    return list.stream().map(Arrival::lane).distinct().count();
  }
}
