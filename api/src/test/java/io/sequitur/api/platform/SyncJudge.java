package io.sequitur.api.platform;

import io.sequitur.api.platform.Verdict.Kind;
import io.sequitur.api.platform.Verdict.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Judges one target. A reading of the server's side happened at some moment between question and
 * answer; so it is held against everything that the platform can have held between the two. CLEAN
 * is false only if none of that is what is desired, and true only if all of it is.
 */
final class SyncJudge {
  private final CatalogueHistory catalogue;
  private final Evidence evidence;
  private final List<Held> held;
  private final long repair;
  private final List<Violation> violations = new ArrayList<>();
  private int clean;
  private int inconclusive;
  private int excused;

  /**
   * For one run.
   *
   * @param repair how long a platform may be without data that it lost
   */
  SyncJudge(CatalogueHistory catalogue, Evidence evidence, Duration repair) {
    this.catalogue = catalogue;
    this.evidence = evidence;
    this.held = evidence.held();
    this.repair = repair.toNanos();
  }

  Verdict judge() {
    judgeReadings();
    judgeHeld();
    judgePulls();
    judgeOrder(Kind.NOTICED_BACKWARDS, "notices", evidence.notices());
    return new Verdict(clean, inconclusive, excused, violations);
  }

  private void judgeReadings() {
    List<Reading> readings = evidence.readings();
    judgeOrder(Kind.SHOWN_BACKWARDS, "applied", readings.stream().map(Reading::applied).toList());
    judgeOrder(Kind.SHOWN_BACKWARDS, "desired", readings.stream().map(Reading::desired).toList());
    int first = 0;
    for (Reading reading : readings) {
      while (first + 1 < held.size() && held.get(first + 1).ended() < reading.asked()) {
        first++;
      }
      if (reading.clean()) {
        judgeClean(reading, first);
      }
    }
  }

  // From the last one that was certainly there when it was asked to the last that can have been
  // there when it was answered.
  private void judgeClean(Reading reading, int first) {
    clean++;
    List<Violation> wrong = new ArrayList<>();
    boolean right = false;
    boolean lost = false;
    for (int i = first; i < held.size() && held.get(i).begun() <= reading.answered(); i++) {
      Violation violation = contradiction(reading, held.get(i));
      if (violation == null) {
        right = true;
      } else {
        wrong.add(violation);
        lost |= held.get(i).lost();
      }
    }
    if (wrong.isEmpty()) {
      return;
    }
    if (right) {
      inconclusive++;
    } else if (lost) {
      excused++;
    } else {
      violations.add(wrong.getLast());
    }
  }

  private @Nullable Violation contradiction(Reading reading, Held now) {
    boolean same =
        now.hash().equals(reading.desiredHash()) && now.hash().equals(reading.appliedHash());
    if (!same) {
      return new Violation(Kind.FALSE_CLEAN, reading + " while it held " + brief(now));
    }
    List<String> outdated = catalogue.outdated(now.content(), reading.asked(), reading.answered());
    return outdated.isEmpty()
        ? null
        : new Violation(Kind.STALE_CLEAN, reading + " while it held outdated " + outdated);
  }

  private void judgeHeld() {
    long lostAt = Long.MAX_VALUE;
    for (int i = 1; i < held.size(); i++) {
      Held now = held.get(i);
      boolean loss = now.lost() && now.generation() == 0;
      if (now.generation() < held.get(i - 1).generation() && !loss) {
        violations.add(
            new Violation(Kind.HELD_BACKWARDS, brief(now) + " after " + brief(held.get(i - 1))));
      }
      if (!now.lost()) {
        judgeRepair(lostAt, now.ended());
        lostAt = Long.MAX_VALUE;
      } else if (lostAt == Long.MAX_VALUE) {
        lostAt = now.ended();
      }
    }
    if (lostAt != Long.MAX_VALUE && !evidence.readings().isEmpty()) {
      judgeRepair(lostAt, evidence.readings().getLast().answered());
    }
  }

  private void judgeRepair(long lostAt, long repaired) {
    if (lostAt != Long.MAX_VALUE && repaired - lostAt > repair) {
      violations.add(
          new Violation(
              Kind.UNREPAIRED, "for " + Duration.ofNanos(repaired - lostAt).toMillis() + " ms"));
    }
  }

  private void judgePulls() {
    Map<Long, String> hashes = new HashMap<>();
    Map<Long, Content> contents = new HashMap<>();
    for (PulledSet pull : evidence.pulls()) {
      String hash = hashes.putIfAbsent(pull.generation(), pull.hash());
      Content content = contents.putIfAbsent(pull.generation(), pull.content());
      if ((hash != null && !hash.equals(pull.hash()))
          || (content != null && !content.equals(pull.content()))) {
        violations.add(new Violation(Kind.TWO_SETS, "generation " + pull.generation()));
      }
      List<String> outdated = catalogue.outdated(pull.content(), pull.asked(), pull.answered());
      if (!outdated.isEmpty()) {
        violations.add(
            new Violation(
                Kind.STALE_PULL, "generation " + pull.generation() + " has outdated " + outdated));
      }
    }
  }

  private void judgeOrder(Kind kind, String what, List<Long> generations) {
    for (int i = 1; i < generations.size(); i++) {
      if (generations.get(i) < generations.get(i - 1)) {
        violations.add(
            new Violation(
                kind, what + ": " + generations.get(i) + " after " + generations.get(i - 1)));
      }
    }
  }

  private static String brief(Held now) {
    return "generation %d, hash %s%s"
        .formatted(now.generation(), now.hash(), now.lost() ? ", having lost its data" : "");
  }
}
