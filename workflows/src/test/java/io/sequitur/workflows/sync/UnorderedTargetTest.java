package io.sequitur.workflows.sync;

import static io.sequitur.workflows.sync.SyncState.AWAITING_ACK;
import static io.sequitur.workflows.sync.SyncState.CLEAN;
import static io.sequitur.workflows.sync.SyncState.DIRTY;
import static io.sequitur.workflows.sync.SyncState.NACKED;
import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.workflows.sync.SyncCause.Ack;
import io.sequitur.workflows.sync.SyncCause.Arrival;
import io.sequitur.workflows.sync.SyncCause.Change;
import io.sequitur.workflows.sync.SyncCause.Nack;
import io.sequitur.workflows.sync.SyncCause.Notice;
import io.sequitur.workflows.sync.SyncCause.Pull;
import io.sequitur.workflows.sync.SyncCause.Settings;
import io.sequitur.workflows.sync.SyncCause.Time;
import io.sequitur.workflows.sync.SyncStanding.SyncSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A target that may apply an answer over a newer one, for a minute after that ceased to be new. */
final class UnorderedTargetTest {
  private static final Duration QUIET = Duration.ofMinutes(1);
  private static final long NONE = -1;

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private SyncTimes times = times(QUIET);
  private SyncStanding at = SyncStanding.first(now);
  private int notices;

  @BeforeEach
  void firstSet() {
    change(1, "A");
    notice();
    after(new Pull(1));
    assertThat(acknowledge(1, "A", at.round()).state())
        .as("nothing older ever left")
        .isEqualTo(CLEAN);
    change(2, "B");
    notice();
    after(new Pull(2));
  }

  @Test
  void itIsCleanOnlyAfterTheQuietTimeAndALook() {
    Instant quiet = Objects.requireNonNull(at.quietUntil(times));
    assertThat(acknowledge(2, "B", NONE).state()).as("A may still be applied").isEqualTo(DIRTY);
    assertThat(at.dueAt()).isEqualTo(quiet);

    notice();
    assertThat(acknowledge(2, "B", at.round()).state()).as("it has not looked").isNotEqualTo(CLEAN);
    assertThat(at.error()).contains("without having pulled");
    after(new Pull(2));
    assertThat(acknowledge(2, "B", at.round()).state()).isEqualTo(CLEAN);
    assertThat(at.applied()).isEqualTo(new SyncSet(2, "B"));
  }

  @Test
  void anAcknowledgementThatWasOnItsWayDuringTheQuietTimeProvesNothing() {
    after(new Arrival(last()));
    now = now.plus(QUIET);
    after(new Pull(2));
    assertThat(acknowledge(2, "B", NONE).state()).isEqualTo(DIRTY);
    assertThat(at.dueAt()).as("it is asked at once").isEqualTo(now);
  }

  @Test
  void whatIsAcknowledgedWithoutANoticeDoesNotHurryIt() {
    after(new Arrival(last()));
    now = now.plus(QUIET);
    after(new Pull(2));
    assertThat(after(new Ack(new SyncSet(2, "B"), null, NONE)).state()).isEqualTo(AWAITING_ACK);
  }

  @Test
  void aChangeMeanwhileBeginsAnotherQuietTime() {
    acknowledge(2, "B", NONE);
    now = now.plusSeconds(50);
    change(3, "C");
    assertThat(at.quietUntil(times)).isEqualTo(now.plus(QUIET));
    notice();
    after(new Pull(3));
    now = now.plusSeconds(20);
    assertThat(acknowledge(3, "C", NONE).state()).isEqualTo(DIRTY);
    assertThat(at.dueAt()).isEqualTo(at.quietUntil(times));
  }

  @Test
  void whatNeverLeftNeedsNoQuietTime() {
    Instant quiet = Objects.requireNonNull(at.quietUntil(times));
    acknowledge(2, "B", NONE);
    change(3, "C");
    Instant after = Objects.requireNonNull(at.quietUntil(times));
    assertThat(after).as("B left").isAfterOrEqualTo(quiet);
    now = now.plusSeconds(5);
    change(4, "D");
    assertThat(at.quietUntil(times)).as("C did not").isEqualTo(after);
  }

  @Test
  void oneThatTurnsOutToBeUnorderedIsAskedAgain() {
    times = times(null);
    acknowledge(2, "B", at.round());
    assertThat(at.state()).isEqualTo(CLEAN);
    now = now.plusSeconds(10);
    declare(QUIET);
    assertThat(at.state()).isEqualTo(DIRTY);
    assertThat(at.dueAt()).isEqualTo(at.quietUntil(times));
    look();
    assertThat(at.state()).isEqualTo(CLEAN);
    declare(Duration.ofDays(1));
    assertThat(at.state()).as("what left longer ago is alive").isEqualTo(DIRTY);
    assertThat(at.dueAt()).isEqualTo(at.quietUntil(times));
  }

  // It had pulled before the older set was dead, and nobody has asked it since.
  @Test
  void beingCleanForLongerThanTheQuietTimeIsNoLook() {
    times = times(null);
    now = now.plus(QUIET).plusSeconds(1);
    acknowledge(2, "B", at.round());
    assertThat(at.state()).isEqualTo(CLEAN);
    declare(QUIET);
    assertThat(at.state()).isEqualTo(DIRTY);
    assertThat(at.dueAt()).as("at once").isEqualTo(now);
    look();
    assertThat(at.state()).isEqualTo(CLEAN);
  }

  @Test
  void whatWasAskedBeforeItTurnedOutToBeUnorderedProvesNothing() {
    at = SyncStanding.first(now);
    times = times(null);
    change(1, "A");
    notice();
    after(new Pull(1));
    change(2, "B");
    acknowledge(1, "A", at.round());
    notice();
    after(new Pull(2));
    long asked = at.round();
    declare(QUIET);
    assertThat(acknowledge(2, "B", asked).state()).as("A may still be applied").isEqualTo(DIRTY);
    assertThat(at.dueAt()).isEqualTo(at.quietUntil(times));
    look();
    assertThat(at.state()).isEqualTo(CLEAN);
  }

  @Test
  void otherSettingsDoNotHurryItIntoTheQuietTime() {
    acknowledge(2, "B", NONE);
    declare(QUIET);
    assertThat(at.dueAt()).isEqualTo(at.quietUntil(times));
  }

  // It would only be told of what it has said that it has.
  @Test
  void onceItHasAcknowledgedItIsLeftAloneUntilItIsQuiet() {
    after(new Arrival(last()));
    assertThat(after(new Ack(new SyncSet(2, "B"), null, NONE)).state()).isEqualTo(DIRTY);
    assertThat(at.dueAt()).isEqualTo(at.quietUntil(times));
  }

  @Test
  void onlyWhatIsDesiredIsALook() {
    acknowledge(2, "B", NONE);
    notice();
    after(new Pull(1));
    assertThat(acknowledge(2, "B", at.round()).state()).isNotEqualTo(CLEAN);
  }

  @Test
  void aLookIsOfTheLastNoticeAlone() {
    acknowledge(2, "B", NONE);
    after(new Pull(2));
    notice();
    assertThat(acknowledge(2, "B", at.round()).state()).isNotEqualTo(CLEAN);
    after(new Arrival(last()));
    now = Objects.requireNonNull(at.dueAt());
    after(new Time());
    notice();
    after(new Pull(2));
    assertThat(acknowledge(2, "B", at.round()).state()).isEqualTo(CLEAN);
  }

  @Test
  void backToWhatItAcknowledgedIsNothingNewOnlyIfItIsKnownToHaveThat() {
    acknowledge(2, "B", NONE);
    change(3, "C");
    assertThat(change(4, "B").state()).as("A may still be applied over B").isEqualTo(DIRTY);
    assertThat(at.desired().generation()).isEqualTo(4);
  }

  @Test
  void whatItAcknowledgedItMayRefuseWhenItLooks() {
    acknowledge(2, "B", NONE);
    notice();
    after(new Pull(2));
    assertThat(after(new Nack(new SyncSet(2, "B"), "lost it")).state()).isEqualTo(NACKED);
    assertThat(at.error()).isEqualTo("lost it");
  }

  @Test
  void aResyncIsALookToo() {
    acknowledge(2, "B", NONE);
    notice();
    after(new Pull(2));
    acknowledge(2, "B", at.round());
    now = Objects.requireNonNull(at.dueAt());
    after(new Time());
    notice();
    assertThat(acknowledge(2, "B", at.round()).state()).isNotEqualTo(CLEAN);
    after(new Pull(2));
    assertThat(acknowledge(2, "B", at.round()).state()).isEqualTo(CLEAN);
  }

  private SyncStanding change(long generation, String hash) {
    return after(new Change(new SyncSet(generation, hash), null));
  }

  private void notice() {
    Instant due = Objects.requireNonNull(at.dueAt());
    now = due.isAfter(now) ? due : now;
    after(new Notice(new UUID(0, ++notices)));
  }

  /** What it is asked, and answers, when all that left before is dead. */
  private void look() {
    notice();
    after(new Pull(at.desired().generation()));
    acknowledge(at.desired().generation(), at.desired().hash(), at.round());
  }

  /** Its owner says so. */
  private void declare(Duration quiet) {
    times = times(quiet);
    after(new Settings());
  }

  private UUID last() {
    return Objects.requireNonNull(at.notification());
  }

  private SyncStanding acknowledge(long generation, String hash, long round) {
    return after(new Ack(new SyncSet(generation, hash), last(), round));
  }

  private SyncStanding after(SyncCause cause) {
    at = SyncMachine.after(at, cause, now, times);
    return at;
  }

  private static SyncTimes times(@Nullable Duration quiet) {
    return new SyncTimes(
        Duration.ofMinutes(15), Duration.ofMillis(500), Duration.ofSeconds(30), 0, quiet);
  }
}
