package io.sequitur.api.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.platform.Change.Rotation;
import io.sequitur.api.platform.Verdict.Kind;
import io.sequitur.api.platform.Verdict.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every kind of violation is injected once, and what is allowed is let pass. */
final class SyncJudgeTest {
  private static final Duration REPAIR = Duration.ofNanos(100);

  private final List<Change> changes = new ArrayList<>();
  private final List<Rotation> rotations = new ArrayList<>();
  private final Evidence evidence = new Evidence();

  @Test
  void cleanIsTrueWhileItHoldsWhatIsDesired() {
    held(10, 1, "a", "v1");
    clean(20, 1, "a");
    assertThat(kinds()).isEmpty();
    assertThat(judge().clean()).isEqualTo(1);
    assertThat(judge().inconclusive()).isZero();
  }

  @Test
  void cleanIsFalseWhileItHoldsSomethingElse() {
    held(10, 1, "a", "v1");
    clean(20, 2, "b");
    assertThat(kinds()).containsExactly(Kind.FALSE_CLEAN);
  }

  @Test
  void cleanIsFalseBeforeItHoldsAnything() {
    clean(5, 1, "a");
    held(10, 1, "a", "v1");
    assertThat(kinds()).containsExactly(Kind.FALSE_CLEAN);
  }

  @Test
  void cleanIsFalseIfWhatWasAcknowledgedIsNotWhatIsDesired() {
    held(10, 1, "a", "v1");
    evidence.read(new Reading(20, 21, "CLEAN", 2, "b", 1, "a"));
    assertThat(kinds()).containsExactly(Kind.FALSE_CLEAN);
  }

  @Test
  void whatItHeldBeforeTheQuestionOrAfterTheAnswerExcusesNothing() {
    held(10, 1, "a", "v1");
    held(12, 2, "b", "v2");
    clean(20, 1, "a");
    held(30, 3, "a", "v1");
    assertThat(kinds()).containsExactly(Kind.FALSE_CLEAN);
  }

  @Test
  void aReadingDuringWhichItChangedProvesNothing() {
    held(10, 1, "a", "v1");
    evidence.read(new Reading(19, 25, "CLEAN", 2, "b", 2, "b"));
    evidence.held(new Held(20, 22, 2, "b", content("v2"), false));
    assertThat(kinds()).isEmpty();
    assertThat(judge().inconclusive()).isEqualTo(1);
  }

  @Test
  void aReadingDuringWhichItChangedFromOneWrongSetToAnotherProvesIt() {
    held(10, 1, "a", "v1");
    evidence.read(new Reading(19, 25, "CLEAN", 3, "c", 3, "c"));
    evidence.held(new Held(20, 22, 2, "b", content("v2"), false));
    assertThat(kinds()).containsExactly(Kind.FALSE_CLEAN);
  }

  @Test
  void aSetUnderAnotherNumberIsTheSameSet() {
    held(10, 1, "a", "v1");
    clean(20, 3, "a");
    assertThat(kinds()).isEmpty();
  }

  @Test
  void cleanIsStaleIfAChangeWasAcknowledgedBeforeTheQuestion() {
    changed("v1", 1, 2);
    held(10, 1, "a", "v1");
    changed("v2", 15, 16);
    clean(20, 1, "a");
    assertThat(kinds()).containsExactly(Kind.STALE_CLEAN);
  }

  @Test
  void aChangeThatIsNotAcknowledgedYetMayBeThereOrNot() {
    changed("v1", 1, 2);
    held(10, 1, "a", "v1");
    changed("v2", 15, 30);
    clean(20, 1, "a");
    held(22, 2, "b", "v2");
    clean(25, 2, "b");
    assertThat(kinds()).isEmpty();
  }

  @Test
  void aChangeOfUnknownFateMayBeThereOrNotAndReplacesNothing() {
    changed("v1", 1, 2);
    changed("v2", 5, Change.NEVER);
    held(10, 1, "a", "v1");
    clean(20, 1, "a");
    held(30, 2, "b", "v2");
    clean(40, 2, "b");
    assertThat(kinds()).isEmpty();
    changed("v3", 50, 51);
    held(60, 3, "b", "v2");
    clean(70, 3, "b");
    assertThat(kinds()).containsExactly(Kind.STALE_CLEAN);
  }

  @Test
  void aValueThatNobodyCommittedOrThatIsNotWrittenYetIsStale() {
    changed("v1", 1, 2);
    held(10, 1, "a", "rolled back");
    clean(20, 1, "a");
    held(30, 2, "b", "v2");
    clean(40, 2, "b");
    changed("v2", 50, 51);
    assertThat(kinds()).containsExactly(Kind.STALE_CLEAN, Kind.STALE_CLEAN);
  }

  @Test
  void whatWasDeletedMustBeGoneAndWhatWasMadeMustBeThere() {
    changed("v1", 1, 2);
    changed(Change.GONE, 3, 4);
    held(10, 1, "a", "v1");
    clean(20, 1, "a");
    changed("v2", 30, 31);
    evidence.held(new Held(40, 41, 2, "b", Content.NOTHING, false));
    clean(50, 2, "b");
    assertThat(kinds()).containsExactly(Kind.STALE_CLEAN, Kind.STALE_CLEAN);
  }

  @Test
  void secretsThatWereSeenBeforeTheirRotationAreStaleAfterIt() {
    secrets(10, 11, 1, "old");
    rotations.add(new Rotation("w", 20, 21));
    evidence.held(new Held(12, 13, 1, "a", digest("old"), false));
    clean(15, 1, "a");
    assertThat(kinds()).isEmpty();
    clean(30, 1, "a");
    assertThat(kinds()).containsExactly(Kind.STALE_CLEAN);
  }

  @Test
  void secretsThatWereSeenOnlySinceTheirRotationBeganAreNotStale() {
    rotations.add(new Rotation("w", 20, 31));
    secrets(25, 26, 1, "new");
    evidence.held(new Held(27, 28, 1, "a", digest("new"), false));
    clean(40, 1, "a");
    assertThat(kinds()).isEmpty();
  }

  @Test
  void whoLostItsDataIsExcusedUntilItIsWhereItWas() {
    held(10, 5, "e", "v1");
    evidence.held(new Held(20, 21, 0, "", Content.NOTHING, true));
    clean(30, 5, "e");
    evidence.held(new Held(40, 41, 3, "c", content("v0"), true));
    clean(50, 5, "e");
    held(60, 5, "e", "v1");
    clean(70, 5, "e");
    assertThat(kinds()).isEmpty();
    assertThat(judge().excused()).isEqualTo(2);
    held(80, 6, "f", "v2");
    clean(90, 5, "e");
    assertThat(kinds()).containsExactly(Kind.FALSE_CLEAN);
  }

  @Test
  void dataThatIsNotBackInTimeIsUnrepaired() {
    held(10, 5, "e", "v1");
    evidence.held(new Held(20, 21, 0, "", Content.NOTHING, true));
    evidence.held(new Held(60, 61, 3, "c", content("v0"), true));
    held(122, 5, "e", "v1");
    assertThat(kinds()).containsExactly(Kind.UNREPAIRED);
  }

  @Test
  void dataThatNeverComesBackIsUnrepaired() {
    held(10, 5, "e", "v1");
    evidence.held(new Held(20, 21, 0, "", Content.NOTHING, true));
    clean(119, 5, "e");
    assertThat(kinds()).isEmpty();
    clean(122, 5, "e");
    assertThat(kinds()).containsExactly(Kind.UNREPAIRED);
  }

  @Test
  void anOlderGenerationIsAppliedOnlyAfterALoss() {
    held(10, 5, "e", "v1");
    held(20, 4, "d", "v0");
    assertThat(kinds()).containsExactly(Kind.HELD_BACKWARDS);
  }

  @Test
  void shownGenerationsNeverGoDown() {
    evidence.read(new Reading(1, 2, "DIRTY", 5, "e", 4, "d"));
    evidence.read(new Reading(3, 4, "DIRTY", 5, "e", 3, "c"));
    evidence.read(new Reading(5, 6, "DIRTY", 4, "d", 3, "c"));
    assertThat(kinds()).containsExactly(Kind.SHOWN_BACKWARDS, Kind.SHOWN_BACKWARDS);
  }

  @Test
  void noticesNeverGoDown() {
    evidence.noticed(3);
    evidence.noticed(3);
    evidence.noticed(2);
    assertThat(kinds()).containsExactly(Kind.NOTICED_BACKWARDS);
  }

  @Test
  void aPullShowsWhatWasAcknowledgedBeforeIt() {
    changed("v1", 1, 2);
    changed("v2", 10, 12);
    evidence.pulled(new PulledSet(11, 14, 1, "a", content("v1")));
    assertThat(kinds()).isEmpty();
    evidence.pulled(new PulledSet(13, 14, 1, "a", content("v1")));
    assertThat(kinds()).containsExactly(Kind.STALE_PULL);
  }

  @Test
  void aGenerationHasOneContent() {
    evidence.pulled(new PulledSet(1, 2, 1, "a", content("v1")));
    evidence.pulled(new PulledSet(3, 4, 1, "b", content("v1")));
    evidence.pulled(new PulledSet(5, 6, 1, "a", content("v2")));
    assertThat(kinds()).containsExactly(Kind.TWO_SETS, Kind.TWO_SETS);
  }

  private void changed(String value, long begun, long acknowledged) {
    changes.add(new Change("x", value, begun, acknowledged));
  }

  private void held(long at, long generation, String hash, String value) {
    evidence.held(new Held(at, at + 1, generation, hash, content(value), false));
  }

  private void clean(long at, long generation, String hash) {
    evidence.read(new Reading(at, at + 1, "CLEAN", generation, hash, generation, hash));
  }

  private void secrets(long asked, long answered, long generation, String digest) {
    evidence.pulled(new PulledSet(asked, answered, generation, "a", digest(digest)));
  }

  private static Content content(String value) {
    return new Content(Map.of("x", value), Map.of());
  }

  private static Content digest(String digest) {
    return new Content(Map.of(), Map.of("w", digest));
  }

  private List<Kind> kinds() {
    return judge().violations().stream().map(Violation::kind).toList();
  }

  private Verdict judge() {
    return new SyncJudge(
            new CatalogueHistory(changes, rotations, evidence.pulls()), evidence, REPAIR)
        .judge();
  }
}
