package io.sequitur.api.freshness;

import io.sequitur.api.freshness.Change.Fate;
import io.sequitur.api.freshness.Verdict.Kind;
import io.sequitur.api.freshness.Verdict.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Holds requests against the history of the configuration. It believes only what is certain: a
 * value is outdated from the acknowledgement of a change on that began after the value's own.
 * Changes that overlap have no order, and either may be used.
 */
public final class FreshnessJudge {
  private final Map<String, History> histories = new HashMap<>();
  private final List<Set<String>> together;
  private final List<Span> off;
  private final List<Span> frozen;
  private final Duration onTheWay;

  /**
   * For one history.
   *
   * @param together things that no transaction changes apart
   * @param off when which webhook was off: from the acknowledgement until the next change began
   * @param frozen when processes were frozen
   * @param onTheWay the longest time from an attempt's start to its arrival, on a slow machine
   */
  public FreshnessJudge(
      Collection<Change> changes,
      List<Set<String>> together,
      List<Span> off,
      List<Span> frozen,
      Duration onTheWay) {
    changes.stream()
        .collect(Collectors.groupingBy(Change::thing))
        .forEach((thing, own) -> histories.put(thing, new History(own)));
    this.together = List.copyOf(together);
    this.off = List.copyOf(off);
    this.frozen = List.copyOf(frozen);
    this.onTheWay = onTheWay;
  }

  /** Judges each of them. */
  public Verdict judge(Collection<Use> uses) {
    List<Violation> violations = new ArrayList<>();
    int exceptions = 0;
    for (Use use : uses) {
      judge(use, violations);
      if (outdatedOnItsWay(use)) {
        if (frozen.stream().anyMatch(span -> span.meets(use.started(), use.arrived()))) {
          exceptions++;
        } else {
          violations.add(violation(Kind.LATE, use, "started " + use.started()));
        }
      }
    }
    return new Verdict(uses.size(), exceptions, List.copyOf(violations));
  }

  private void judge(Use use, List<Violation> violations) {
    use.versions().forEach((thing, version) -> judge(use, thing, version, violations));
    for (Set<String> group : together) {
      Set<Long> versions = new HashSet<>();
      use.versions()
          .forEach((thing, version) -> {
            if (group.contains(thing)) {
              versions.add(version);
            }
          });
      if (versions.size() > 1) {
        violations.add(violation(Kind.TORN, use, group + " are of the changes " + versions));
      }
    }
    off.stream()
        .filter(span -> span.of().equals(use.webhook()) && span.holds(use.started()))
        .forEach(span -> violations.add(violation(Kind.OFF, use, span.toString())));
  }

  private void judge(Use use, String thing, long version, List<Violation> violations) {
    Change change = change(thing, version);
    if (change == null) {
      violations.add(violation(Kind.UNHEARD_OF, use, thing + " " + version));
    } else if (change.fate() == Fate.ROLLED_BACK) {
      violations.add(violation(Kind.ROLLED_BACK, use, change.toString()));
    } else if (outdated(change, use.started())) {
      violations.add(violation(Kind.STALE, use, change + " was outdated at " + use.started()));
    }
  }

  // What was outdated at the start already is stale, and no exception.
  private boolean outdatedOnItsWay(Use use) {
    Instant left = use.arrived().minus(onTheWay);
    return use.versions().entrySet().stream()
        .map(used -> change(used.getKey(), used.getValue()))
        .anyMatch(
            change -> change != null && outdated(change, left) && !outdated(change, use.started()));
  }

  private @Nullable Change change(String thing, long version) {
    History history = histories.get(thing);
    return history == null ? null : history.byVersion.get(version);
  }

  private boolean outdated(Change used, Instant at) {
    History history = histories.get(used.thing());
    return history != null && history.latestBegun(at).isAfter(used.acknowledged());
  }

  private static Violation violation(Kind kind, Use use, String detail) {
    return new Violation(kind, use.request(), detail);
  }

  /** The committed changes of one thing, in the order of their acknowledgements. */
  private static final class History {
    private final Map<Long, Change> byVersion = new HashMap<>();
    private final List<Instant> acknowledged = new ArrayList<>();
    private final List<Instant> latestBegun = new ArrayList<>();

    History(List<Change> changes) {
      changes.forEach(change -> byVersion.put(change.version(), change));
      Instant latest = Instant.MIN;
      for (Change change :
          changes.stream()
              .filter(change -> change.fate() == Fate.COMMITTED)
              .sorted(Comparator.comparing(Change::acknowledged))
              .toList()) {
        latest = change.begun().isAfter(latest) ? change.begun() : latest;
        acknowledged.add(change.acknowledged());
        latestBegun.add(latest);
      }
    }

    /** When the last of those began that were acknowledged before. */
    Instant latestBegun(Instant before) {
      int low = 0;
      int high = acknowledged.size();
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (acknowledged.get(middle).isBefore(before)) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low == 0 ? Instant.MIN : latestBegun.get(low - 1);
    }
  }
}
