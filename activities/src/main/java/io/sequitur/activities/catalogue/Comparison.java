package io.sequitur.activities.catalogue;

import io.sequitur.activities.catalogue.ReconcileReport.Line;
import io.sequitur.db.catalogue.SeenTrigger;
import io.sequitur.db.catalogue.SeenTrigger.Seen;
import io.sequitur.workflows.catalogue.Reconciled;
import io.sequitur.workflows.catalogue.Reconciled.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Judges triggers one by one, and gathers what is to be done. One that is invalid stops nobody. */
final class Comparison {
  private final Function<String, Optional<String>> check;
  private final boolean sameEngine;
  private final List<Outcome> outcomes = new ArrayList<>();
  private final List<Line> lines = new ArrayList<>();
  private final List<SeenTrigger> toRecord = new ArrayList<>();
  private final List<String> toForget = new ArrayList<>();
  private final List<String> toStamp = new ArrayList<>();

  /**
   * @param check the problem of the trigger of this name; asked for those that may have one
   * @param sameEngine whether what compiled at the last reconcile compiles still
   */
  Comparison(Function<String, Optional<String>> check, boolean sameEngine) {
    this.check = check;
    this.sameEngine = sameEngine;
  }

  void add(SeenTrigger trigger) {
    Seen now = trigger.now();
    Seen before = trigger.before();
    if (now == null) {
      toForget.add(trigger.name());
      if (before != null && before.active()) {
        tell(trigger, Outcome.deleted, null);
      }
      return;
    }
    // Versions rise with every write, unless somebody kept the database from giving them.
    boolean unnoticed =
        before != null
            && before.stamp().equals(now.stamp())
            && !before.signature().equals(now.signature());
    if (unnoticed) {
      toStamp.add(trigger.name());
    }
    Seen judged = now.because(now.active() ? problem(trigger.name(), now, before) : null);
    if (!judged.equals(before)) {
      toRecord.add(new SeenTrigger(trigger.name(), trigger.generated(), judged, before));
    }
    outcome(judged, before, unnoticed)
        .ifPresent(outcome -> tell(trigger, outcome, judged.problem()));
  }

  private @Nullable String problem(String name, Seen now, @Nullable Seen before) {
    boolean known =
        sameEngine
            && before != null
            && before.problem() == null
            && before.active()
            && before.signature().equals(now.signature());
    return known ? null : check.apply(name).orElse(null);
  }

  private static Optional<Outcome> outcome(Seen now, @Nullable Seen before, boolean unnoticed) {
    if (!now.active()) {
      return before != null && before.active() ? Optional.of(Outcome.deleted) : Optional.empty();
    }
    if (now.problem() != null) {
      return Optional.of(Outcome.failed);
    }
    if (before == null || !before.active()) {
      return Optional.of(Outcome.created);
    }
    if (unnoticed) {
      return Optional.of(Outcome.refreshed);
    }
    boolean same = before.signature().equals(now.signature()) && before.problem() == null;
    return Optional.of(same ? Outcome.unchanged : Outcome.updated);
  }

  private void tell(SeenTrigger trigger, Outcome outcome, @Nullable String reason) {
    outcomes.add(outcome);
    if (outcome != Outcome.unchanged) {
      lines.add(new Line(trigger.name(), trigger.generated(), outcome, reason));
    }
  }

  ReconcileReport report() {
    return new ReconcileReport(Reconciled.of(outcomes), lines);
  }

  /** What the next one is to know. */
  List<SeenTrigger> toRecord() {
    return toRecord;
  }

  List<String> toForget() {
    return toForget;
  }

  /** Whose rows must get a new version, so that every process reads them again. */
  List<String> toStamp() {
    return toStamp;
  }
}
