package io.sequitur.api.order;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toSet;

import io.sequitur.api.order.Arrival.Lane;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a receiver's log in the order it was written. Knows nothing of the engine: a lane is what
 * the headers say, and an event is delivered when the receiver said 200.
 *
 * @param ordered the webhooks that were promised order (guarantee G5); the others only everything
 *     (G2)
 */
record OrderJudge(Set<String> ordered) {
  /** One thing that must not be. */
  record Violation(Kind kind, Lane lane, String detail) {}

  /** What was wrong. */
  enum Kind {
    /** Sent after one that follows it was sent. */
    INVERSION,
    /** Sent although the one before it was neither delivered nor given up. */
    TOO_EARLY,
    /** Numbers of a key that do not count what its publisher counted. */
    GAP,
    /** Acknowledged to the publisher, never accepted by the receiver. */
    LOST,
    /** Sent again though it was accepted, and nobody who sent it was killed. */
    REPEATED
  }

  /**
   * What is wrong with the log.
   *
   * @param acknowledged the events that every webhook must have got
   * @param onTheWire what was under way when somebody was killed: these alone may come again after
   *     they were accepted
   */
  List<Violation> judge(List<Arrival> log, Set<String> acknowledged, Set<String> onTheWire) {
    Map<Lane, List<Arrival>> lanes =
        log.stream().collect(groupingBy(Arrival::lane, LinkedHashMap::new, toList()));
    List<Violation> found = new ArrayList<>();
    lanes.forEach((lane, arrivals) -> {
      if (ordered.contains(lane.webhook())) {
        found.addAll(order(lane, arrivals));
      }
      found.addAll(gaps(lane, arrivals));
      found.addAll(repeats(lane, arrivals, onTheWire));
    });
    log.stream()
        .collect(groupingBy(Arrival::webhook))
        .forEach((webhook, arrivals) -> found.addAll(losses(webhook, arrivals, acknowledged)));
    return found;
  }

  private static List<Violation> order(Lane lane, List<Arrival> arrivals) {
    List<Violation> found = new ArrayList<>();
    long highest = 0;
    Set<Long> accepted = new HashSet<>();
    for (Arrival arrival : arrivals) {
      long sequence = arrival.sequence();
      if (sequence < highest) {
        found.add(new Violation(Kind.INVERSION, lane, sequence + " after " + highest));
      } else if (sequence > 1 && !accepted.contains(sequence - 1)) {
        found.add(
            new Violation(
                Kind.TOO_EARLY, lane, sequence + " before the one before it was accepted"));
      }
      highest = Math.max(highest, sequence);
      if (arrival.accepted()) {
        accepted.add(sequence);
      }
    }
    return found;
  }

  // One publisher writes a key's events and awaits each: its count and ours are the same.
  private static List<Violation> gaps(Lane lane, List<Arrival> arrivals) {
    return arrivals.stream()
        .filter(arrival -> arrival.sequence() != arrival.round() + 1L)
        .map(arrival ->
            new Violation(
                Kind.GAP, lane, "round " + arrival.round() + " has number " + arrival.sequence()))
        .distinct()
        .toList();
  }

  private static List<Violation> repeats(Lane lane, List<Arrival> arrivals, Set<String> onTheWire) {
    List<Violation> found = new ArrayList<>();
    Set<String> accepted = new HashSet<>();
    for (Arrival arrival : arrivals) {
      if (accepted.contains(arrival.event()) && !onTheWire.contains(arrival.event())) {
        found.add(new Violation(Kind.REPEATED, lane, arrival.event()));
      }
      if (arrival.accepted()) {
        accepted.add(arrival.event());
      }
    }
    return found;
  }

  private static List<Violation> losses(
      String webhook, List<Arrival> arrivals, Set<String> acknowledged) {
    Set<String> accepted =
        arrivals.stream().filter(Arrival::accepted).map(Arrival::event).collect(toSet());
    return acknowledged.stream()
        .filter(event -> !accepted.contains(event))
        .map(event -> new Violation(Kind.LOST, new Lane(webhook, "*"), event))
        .toList();
  }
}
