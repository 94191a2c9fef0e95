package io.sequitur.workflows.sync;

import static io.sequitur.workflows.sync.SyncState.AWAITING_ACK;
import static io.sequitur.workflows.sync.SyncState.CLEAN;
import static io.sequitur.workflows.sync.SyncState.DIRTY;
import static io.sequitur.workflows.sync.SyncState.NACKED;
import static io.sequitur.workflows.sync.SyncState.SUPPRESSED;
import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.workflows.sync.SyncCause.Ack;
import io.sequitur.workflows.sync.SyncCause.Arrival;
import io.sequitur.workflows.sync.SyncCause.Change;
import io.sequitur.workflows.sync.SyncCause.Confirm;
import io.sequitur.workflows.sync.SyncCause.Failure;
import io.sequitur.workflows.sync.SyncCause.Nack;
import io.sequitur.workflows.sync.SyncCause.Notice;
import io.sequitur.workflows.sync.SyncCause.Pull;
import io.sequitur.workflows.sync.SyncCause.Request;
import io.sequitur.workflows.sync.SyncCause.Time;
import io.sequitur.workflows.sync.SyncCause.Urge;
import io.sequitur.workflows.sync.SyncStanding.SyncSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class SyncMachineTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final SyncTimes TIMES =
      new SyncTimes(
          Duration.ofMinutes(15), Duration.ofMillis(500), Duration.ofSeconds(30), 0, null);

  private Instant now = START;
  private SyncStanding at = SyncStanding.first(START);
  private int notices;

  @Test
  void onlyAnAcknowledgementMakesItClean() {
    change(1, "A");
    notice();
    assertThat(after(new Arrival(last())).state()).isEqualTo(AWAITING_ACK);
    assertThat(acknowledge(1, "A").state()).isEqualTo(CLEAN);
    assertThat(at.applied()).isEqualTo(new SyncSet(1, "A"));
  }

  @Test
  void anAcknowledgementMayBeFasterThanTheAnswer() {
    change(1, "A");
    notice();
    UUID sent = last();
    acknowledge(1, "A");
    assertThat(after(new Arrival(sent)).state()).isEqualTo(CLEAN);
    assertThat(after(new Failure(sent, "late", null)).state()).isEqualTo(CLEAN);
  }

  @Test
  void changesThatFollowEachOtherAreOneNoticeAndTheFirstDoesNotWaitForEver() {
    change(1, "A");
    for (int i = 2; i < 100; i++) {
      now = now.plusMillis(400);
      change(i, "A" + i);
    }
    assertThat(at.dueAt()).isEqualTo(START.plusSeconds(5));
  }

  @Test
  void whatCameMeanwhileIsToldAfterTheAcknowledgement() {
    change(1, "A");
    notice();
    change(2, "B");
    change(3, "C");
    assertThat(acknowledge(1, "A").state()).isEqualTo(DIRTY);
    notice();
    assertThat(at.noticed()).isEqualTo(3);
    assertThat(acknowledge(3, "C").state()).isEqualTo(CLEAN);
  }

  @Test
  void backToWhatItAcknowledgedIsNothingNewWhileNothingElseLeft() {
    clean(1, "A");
    change(2, "B");
    assertThat(change(3, "A").state()).isEqualTo(CLEAN);
    assertThat(at.applied()).isEqualTo(new SyncSet(3, "A"));
  }

  // Else a late apply of B leaves the platform wrong, and CLEAN.
  @Test
  void backToWhatItAcknowledgedIsToldIfAnythingElseLeft() {
    clean(1, "A");
    change(2, "B");
    notice();
    change(3, "A");
    assertThat(at.state()).isNotEqualTo(CLEAN);
    assertThat(acknowledge(2, "B").state()).isEqualTo(DIRTY);

    at = SyncStanding.first(START);
    clean(1, "A");
    change(2, "B");
    after(new Pull(2));
    assertThat(change(3, "A").state()).as("B was pulled").isEqualTo(DIRTY);
  }

  @Test
  void lateAndDoubledAcknowledgementsChangeNothing() {
    clean(1, "A");
    change(2, "B");
    notice();
    acknowledge(2, "B");
    SyncStanding before = at;
    assertThat(after(new Ack(new SyncSet(1, "A"), null, -1))).isEqualTo(before);
    assertThat(after(new Nack(new SyncSet(2, "B"), "delayed")).state()).isEqualTo(CLEAN);
    assertThat(acknowledge(2, "B").state()).isEqualTo(CLEAN);
  }

  @Test
  void aNoticeWithoutAcknowledgementIsRepeatedEverMoreSlowly() {
    change(1, "A");
    Duration before = Duration.ZERO;
    for (int i = 0; i < 3; i++) {
      notice();
      after(new Arrival(last()));
      Duration patience = Duration.between(now, due());
      assertThat(patience).isGreaterThanOrEqualTo(before);
      before = patience;
      now = due();
      assertThat(after(new Time()).state()).isEqualTo(DIRTY);
    }
    assertThat(before).isEqualTo(Duration.ofMinutes(1));
    assertThat(at.error()).contains("no acknowledgement");
  }

  @Test
  void aResyncEndsOnlyByTheAnswerToANoticeSinceThen() {
    clean(1, "A");
    UUID earlier = last();
    long round = at.round();
    now = due();
    assertThat(after(new Time()).state()).isEqualTo(DIRTY);
    assertThat(after(new Ack(new SyncSet(1, "A"), earlier, round)).state())
        .as("an acknowledgement from before")
        .isEqualTo(DIRTY);
    notice();
    after(new Arrival(last()));
    assertThat(after(new Ack(new SyncSet(1, "A"), null, -1)).state())
        .as("of no notice")
        .isEqualTo(AWAITING_ACK);
    assertThat(acknowledge(1, "A").state()).isEqualTo(CLEAN);
  }

  @Test
  void urgedWhileItWaitsItIsToldOnceMore() {
    change(1, "A");
    notice();
    long round = at.round();
    UUID sent = last();
    after(new Urge());
    after(new Urge());
    assertThat(after(new Ack(new SyncSet(1, "A"), sent, round)).state()).isEqualTo(DIRTY);
    notice();
    assertThat(acknowledge(1, "A").state()).isEqualTo(CLEAN);
  }

  @Test
  void aRefusalKeepsItsReasonUntilThereIsSomethingNewOrSomebodyAsks() {
    clean(1, "A");
    change(2, "B");
    notice();
    assertThat(after(new Nack(new SyncSet(2, "B"), "no such queue")).state()).isEqualTo(NACKED);
    assertThat(at.error()).isEqualTo("no such queue");
    assertThat(at.applied().generation()).isEqualTo(1);
    SyncStanding refused = at;
    assertThat(after(new Request()).state()).isEqualTo(DIRTY);
    at = refused;
    assertThat(change(3, "C").state()).isEqualTo(DIRTY);
    at = refused;
    now = due();
    assertThat(after(new Time()).state()).as("after a while").isEqualTo(DIRTY);
  }

  @Test
  void aSuspiciousSetWaitsForItsConfirmationOrAHealthyOne() {
    clean(1, "A");
    after(new Change(new SyncSet(2, "empty"), "nobody deleted it"));
    assertThat(at.state()).isEqualTo(SUPPRESSED);
    assertThat(at.desired()).isEqualTo(new SyncSet(1, "A"));
    SyncStanding suppressed = at;
    after(new Urge());
    after(new Request());
    after(new Time());
    assertThat(at.state()).isEqualTo(SUPPRESSED);
    at = suppressed;
    assertThat(change(3, "A").state()).as("it never left").isEqualTo(CLEAN);
    at = suppressed;
    assertThat(after(new Confirm()).state()).isEqualTo(DIRTY);
    notice();
    assertThat(at.noticed()).isEqualTo(2);
  }

  @Test
  void aFailedNoticeIsRepeatedAndHeedsHowLongItWasAskedToWait() {
    change(1, "A");
    notice();
    after(new Failure(last(), "503", Duration.ofSeconds(40)));
    assertThat(at.dueAt()).isEqualTo(now.plusSeconds(40));
    assertThat(change(2, "B").dueAt())
        .as("more to say hastens nothing")
        .isEqualTo(now.plusSeconds(40));
    after(new Request());
    assertThat(at.dueAt()).as("somebody asks").isEqualTo(now.plusMillis(500));
  }

  @Test
  void aNoticeThatWasLostWithItsSenderIsRepeated() {
    change(1, "A");
    notice();
    now = now.plus(SyncTimes.ON_THE_WIRE);
    assertThat(after(new Time()).state()).isEqualTo(DIRTY);
    notice();
    assertThat(acknowledge(1, "A").state()).isEqualTo(CLEAN);
  }

  // No test of the host: it has synced when the notice is answered.
  @Test
  void aPlatformThatTakesTheNoticeAndIsGoneForAnHourIsCleanOnlyWhenItIsBack() {
    change(1, "A");
    notice();
    after(new Arrival(last()));
    Instant back = now.plus(Duration.ofHours(1));
    int before = notices;
    while (now.isBefore(back)) {
      now = due();
      after(new Time());
      notice();
      after(new Failure(last(), "connection refused", null));
      assertThat(at.state()).isEqualTo(DIRTY);
    }
    assertThat(notices - before).as("a minute apart, in the end").isBetween(55, 80);
    assertThat(at.applied().generation()).isZero();
    notice();
    assertThat(acknowledge(1, "A").state()).isEqualTo(CLEAN);
    assertThat(at.error()).isNull();
  }

  // Notices that fail and acknowledgements that are lost are counted together: whatever comes
  // first, neither waits longer than it would at its worst.
  @Test
  void mixedTroubleNeverWaitsLongerThanAMinute() {
    change(1, "A");
    for (int i = 0; i < 200; i++) {
      notice();
      if (Integer.bitCount(i) % 2 == 0) {
        after(new Arrival(last()));
        assertThat(Duration.between(now, due())).isLessThanOrEqualTo(Duration.ofMinutes(1));
        now = due();
        after(new Time());
      } else {
        after(new Failure(last(), "500", null));
      }
      assertThat(at.state()).isEqualTo(DIRTY);
      assertThat(Duration.between(now, due())).isLessThanOrEqualTo(Duration.ofMinutes(1));
    }
    notice();
    acknowledge(1, "A");
    change(2, "B");
    notice();
    after(new Failure(last(), "500", null));
    assertThat(Duration.between(now, due()))
        .as("an acknowledgement ends it")
        .isEqualTo(Duration.ofSeconds(1));
  }

  private SyncStanding change(long generation, String hash) {
    return after(new Change(new SyncSet(generation, hash), null));
  }

  private void notice() {
    now = due().isAfter(now) ? due() : now;
    after(new Notice(new UUID(0, ++notices)));
    assertThat(at.state()).isEqualTo(SyncState.NOTIFYING);
  }

  private Instant due() {
    return Objects.requireNonNull(at.dueAt());
  }

  private UUID last() {
    return Objects.requireNonNull(at.notification());
  }

  /** To the last notice, which is of the present round. */
  private SyncStanding acknowledge(long generation, String hash) {
    return after(new Ack(new SyncSet(generation, hash), last(), at.round()));
  }

  private void clean(long generation, String hash) {
    change(generation, hash);
    notice();
    assertThat(acknowledge(generation, hash).state()).isEqualTo(CLEAN);
  }

  private SyncStanding after(SyncCause cause) {
    at = SyncMachine.after(at, cause, now, TIMES);
    return at;
  }
}
