package io.sequitur.workflows.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.workflows.sync.SyncCause.Kind;
import io.sequitur.workflows.sync.SyncStanding.SyncSet;
import io.sequitur.workflows.sync.SyncTransitions.Transition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * The machine against its table, and against platforms: one that applies monotonically, and one
 * that applies whatever is alive.
 */
final class SyncTransitionsTest {
  private static final SyncTimes TIMES =
      new SyncTimes(
          Duration.ofMinutes(15), Duration.ofMillis(500), Duration.ofSeconds(30), 0, null);
  private static final Duration QUIET = Duration.ofMinutes(5);
  private static final SyncTimes UNORDERED = unordered(QUIET);
  private static final SyncTimes TOO_SHORT = unordered(QUIET.dividedBy(5));
  private static final int WALKS = 9_000;
  private static final int STEPS = 60;

  private final Set<String> seen = new HashSet<>();

  private static SyncTimes unordered(Duration quiet) {
    return new SyncTimes(
        Duration.ofMinutes(15), Duration.ofMillis(500), Duration.ofSeconds(30), 0, quiet);
  }

  @Test
  void whateverHappensIsInTheTableAndCleanIsTrue() {
    for (int seed = 0; seed < WALKS; seed++) {
      new Walk(seed).run();
    }
    List<String> never = new ArrayList<>();
    for (Transition row : SyncTransitions.TABLE) {
      for (SyncState to : row.to()) {
        String one = row.from() + " " + row.cause() + " " + to;
        if (!seen.contains(one)) {
          never.add(one);
        }
      }
    }
    assertThat(never).as("rows of the table that never happen").isEmpty();
  }

  /** Random causes; messages on the way are lost, late, doubled and reordered. */
  private final class Walk {
    private final Random random;
    private final String name;
    // Whether it applies whatever is alive.
    private final boolean unordered;
    // What its settings say: of one that is monotonic they may be too cautious, of one that is not
    // it may take a while until they are right.
    private final boolean cautious;
    private SyncTimes times;
    private final List<Answer> pulled = new ArrayList<>();
    private final List<SyncCause.Ack> acks = new ArrayList<>();
    private final List<SyncSet> sets = new ArrayList<>();
    private Instant now = Instant.EPOCH;
    private SyncStanding at = SyncStanding.first(now);
    // What the platform has, and the notices that it was sent, with their rounds.
    private SyncSet held = SyncSet.NONE;
    private final List<UUID> sent = new ArrayList<>();
    private final List<Long> rounds = new ArrayList<>();

    /** A set that left, and until when it may be applied over a newer one. */
    private record Answer(SyncSet set, Instant until) {}

    Walk(int seed) {
      random = new Random(seed);
      unordered = seed % 2 == 1;
      cautious = seed % 4 == 2;
      times = seed % 4 == 1 ? UNORDERED : seed % 8 == 3 ? TOO_SHORT : TIMES;
      name = "seed " + seed;
    }

    void run() {
      for (int step = 0; step < STEPS; step++) {
        step();
        check();
      }
    }

    private void step() {
      now = now.plusMillis(random.nextInt(3) == 0 ? random.nextInt(1_000_000) : 100);
      switch (random.nextInt(15)) {
        case 0, 1 -> change();
        case 2, 3, 4 -> {
          long before = at.noticed();
          SyncState state = at.state();
          UUID id = new UUID(1, sent.size());
          apply(new SyncCause.Notice(id));
          if (state == SyncState.DIRTY && at.state() == SyncState.NOTIFYING) {
            assertThat(at.noticed()).as(name).isGreaterThanOrEqualTo(before);
            sent.add(id);
            // It may carry the set.
            leaves();
            rounds.add(at.isQuiet(now, times) ? at.round() : -1);
          }
        }
        case 5 -> answer(true);
        case 6 -> answer(false);
        case 7 -> pull();
        case 8 -> platformApplies();
        case 9, 10 -> acknowledged();
        case 11 -> {
          if (!sets.isEmpty()) {
            apply(new SyncCause.Nack(one(sets), "no"));
          }
        }
        case 12 -> apply(random.nextBoolean() ? new SyncCause.Request() : new SyncCause.Urge());
        case 13 -> {
          SyncTimes before = times;
          times = unordered || (cautious && random.nextBoolean()) ? UNORDERED : TIMES;
          if (!times.equals(before) || random.nextInt(10) == 0) {
            apply(new SyncCause.Settings());
          }
        }
        default -> apply(random.nextInt(4) == 0 ? new SyncCause.Confirm() : new SyncCause.Time());
      }
    }

    private void change() {
      SyncSet set = new SyncSet(sets.size() + 1, "h" + random.nextInt(3));
      if (!set.hash().equals(at.newest().hash())) {
        sets.add(set);
        apply(new SyncCause.Change(set, random.nextInt(6) == 0 ? "suspicious" : null));
      }
    }

    private void answer(boolean well) {
      if (!sent.isEmpty()) {
        UUID id = one(sent);
        apply(well ? new SyncCause.Arrival(id) : new SyncCause.Failure(id, "500", null));
      }
    }

    private void pull() {
      if (at.desired().generation() > 0) {
        apply(new SyncCause.Pull(at.desired().generation()));
        leaves();
      }
    }

    // What leaves is alive until a while after it has ceased to be the newest; as nobody knows yet
    // when that will be, it is written down then.
    private void leaves() {
      pulled.add(new Answer(at.desired(), Instant.MAX));
    }

    private void supersede(SyncSet before) {
      pulled.replaceAll(answer ->
          answer.set.equals(before) && answer.until.equals(Instant.MAX)
              ? new Answer(before, now.plus(QUIET))
              : answer);
    }

    private boolean mayBeApplied(Answer answer) {
      return unordered ? now.isBefore(answer.until) : answer.set.generation() >= held.generation();
    }

    // An answer may arrive late and again: the platform takes what is not older than what it has.
    private void platformApplies() {
      if (!pulled.isEmpty()) {
        Answer answer = one(pulled);
        if (mayBeApplied(answer)) {
          held = answer.set;
          int notice = sent.isEmpty() || random.nextBoolean() ? -1 : random.nextInt(sent.size());
          acks.add(
              notice < 0
                  ? new SyncCause.Ack(held, null, -1)
                  : new SyncCause.Ack(held, sent.get(notice), rounds.get(notice)));
        }
      }
    }

    private void acknowledged() {
      if (!acks.isEmpty()) {
        long before = at.applied().generation();
        apply(one(acks));
        assertThat(at.applied().generation()).as(name).isGreaterThanOrEqualTo(before);
      }
    }

    private void apply(SyncCause cause) {
      SyncState before = at.state();
      SyncSet desired = at.desired();
      at = SyncMachine.after(at, cause, now, times);
      if (!at.desired().equals(desired)) {
        supersede(desired);
      }
      Kind kind = cause.kind();
      assertThat(SyncTransitions.allowed(before, kind, at.state()))
          .as("%s: %s %s %s", name, before, kind, at.state())
          .isTrue();
      seen.add(before + " " + kind + " " + at.state());
    }

    // Whatever is still on its way to the platform is older than what it has, or the same.
    private void check() {
      boolean known = !unordered || times.equals(UNORDERED);
      if (at.state() == SyncState.CLEAN && known) {
        assertThat(at.suppressed()).as(name).isNull();
        assertThat(held.hash()).as(name + ", what the platform has").isEqualTo(at.newest().hash());
        assertThat(at.applied()).as(name).isEqualTo(at.newest());
        pulled.stream()
            .filter(this::mayBeApplied)
            .forEach(late -> assertThat(late.set.hash()).as(name).isEqualTo(at.newest().hash()));
      }
    }

    private <T> T one(List<T> list) {
      return list.get(random.nextInt(list.size()));
    }
  }
}
