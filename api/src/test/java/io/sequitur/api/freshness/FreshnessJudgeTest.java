package io.sequitur.api.freshness;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.freshness.Change.Fate;
import io.sequitur.api.freshness.Verdict.Kind;
import io.sequitur.api.freshness.Verdict.Violation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Times are seconds; every kind of violation is injected once, and what is allowed is let pass. */
final class FreshnessJudgeTest {
  private static final Duration ON_THE_WAY = Duration.ofSeconds(2);

  private final List<Change> changes = new ArrayList<>();
  private final List<Span> off = new ArrayList<>();
  private final List<Span> frozen = new ArrayList<>();

  @Test
  void theCurrentValueIsFresh() {
    committed("url", 1, 10, 11);
    committed("url", 2, 20, 21);
    assertThat(kinds(use(25, "url", 2))).isEmpty();
    assertThat(kinds(use(15, "url", 1))).isEmpty();
  }

  @Test
  void aValueThatWasReplacedBeforeTheStartIsStale() {
    committed("url", 1, 10, 11);
    committed("url", 2, 20, 21);
    assertThat(kinds(use(22, "url", 1))).containsExactly(Kind.STALE);
  }

  @Test
  void aChangeThatIsNotAcknowledgedYetMayBeUsedOrNot() {
    committed("url", 1, 10, 11);
    committed("url", 2, 20, 30);
    assertThat(kinds(use(25, "url", 1))).isEmpty();
    assertThat(kinds(use(25, "url", 2))).isEmpty();
    assertThat(kinds(use(31, "url", 1))).containsExactly(Kind.STALE);
  }

  @Test
  void changesThatOverlapHaveNoOrderAndTheNextOneReplacesBoth() {
    committed("url", 1, 10, 20);
    committed("url", 2, 12, 18);
    assertThat(kinds(use(25, "url", 1))).isEmpty();
    assertThat(kinds(use(25, "url", 2))).isEmpty();
    committed("url", 3, 30, 31);
    assertThat(kinds(use(35, "url", 1))).containsExactly(Kind.STALE);
    assertThat(kinds(use(35, "url", 2))).containsExactly(Kind.STALE);
  }

  @Test
  void aLateAcknowledgementOfAnEarlierChangeReplacesNothing() {
    committed("url", 2, 20, 21);
    committed("url", 1, 10, 40);
    assertThat(kinds(use(50, "url", 2))).isEmpty();
  }

  @Test
  void valuesOfTwoChangesThatBelongTogetherAreTorn() {
    for (long version = 1; version <= 2; version++) {
      committed("a", version, 10, 30);
      committed("b", version, 10, 30);
    }
    assertThat(kinds(use(20, Map.of("a", 1L, "b", 2L)))).containsExactly(Kind.TORN);
    assertThat(kinds(use(20, Map.of("a", 2L, "b", 2L)))).isEmpty();
  }

  @Test
  void aValueOfARolledBackTransactionIsAViolationAtAnyTime() {
    changes.add(new Change("url", 1, at(10), at(11), Fate.ROLLED_BACK));
    assertThat(kinds(use(10, "url", 1))).containsExactly(Kind.ROLLED_BACK);
  }

  @Test
  void aRolledBackChangeReplacesNothing() {
    committed("url", 1, 10, 11);
    changes.add(new Change("url", 2, at(20), at(21), Fate.ROLLED_BACK));
    assertThat(kinds(use(25, "url", 1))).isEmpty();
  }

  @Test
  void aChangeOfUnknownFateMayBeThereOrNotAndReplacesNothing() {
    committed("url", 1, 10, 11);
    changes.add(new Change("url", 2, at(20), Instant.MAX, Fate.UNKNOWN));
    assertThat(kinds(use(25, "url", 1))).isEmpty();
    assertThat(kinds(use(25, "url", 2))).isEmpty();
  }

  @Test
  void aValueThatNobodyWroteIsUnheardOf() {
    committed("url", 1, 10, 11);
    assertThat(kinds(use(25, "url", 7))).containsExactly(Kind.UNHEARD_OF);
    assertThat(kinds(use(25, "header", 1))).containsExactly(Kind.UNHEARD_OF);
  }

  @Test
  void anAttemptThatStartsWhileItsWebhookIsOffIsAViolation() {
    committed("url", 1, 10, 11);
    off.add(new Span("hook", at(20), at(30)));
    assertThat(kinds(use(25, "url", 1))).containsExactly(Kind.OFF);
    assertThat(kinds(use(19, "url", 1))).isEmpty();
    assertThat(kinds(use(31, "url", 1))).isEmpty();
    off.set(0, new Span("another", at(20), at(30)));
    assertThat(kinds(use(25, "url", 1))).isEmpty();
  }

  @Test
  void whatAFrozenProcessSendsAfterAChangeIsTheOneException() {
    committed("url", 1, 10, 11);
    committed("url", 2, 20, 21);
    Use late = new Use("r", "hook", at(15), at(60), Map.of("url", 1L));
    assertThat(kinds(late)).containsExactly(Kind.LATE);
    frozen.add(new Span("process", at(16), at(58)));
    assertThat(kinds(late)).isEmpty();
    assertThat(judge(late).exceptions()).isEqualTo(1);
  }

  @Test
  void aFreezeExcusesNoAttemptThatStartedAfterTheChange() {
    committed("url", 1, 10, 11);
    committed("url", 2, 20, 21);
    frozen.add(new Span("process", at(16), at(58)));
    assertThat(kinds(new Use("r", "hook", at(22), at(60), Map.of("url", 1L))))
        .containsExactly(Kind.STALE);
  }

  @Test
  void aFreezeAtAnotherTimeExcusesNothing() {
    committed("url", 1, 10, 11);
    committed("url", 2, 20, 21);
    frozen.add(new Span("process", at(61), at(90)));
    assertThat(kinds(new Use("r", "hook", at(15), at(60), Map.of("url", 1L))))
        .containsExactly(Kind.LATE);
  }

  private void committed(String thing, long version, int begun, int acknowledged) {
    changes.add(new Change(thing, version, at(begun), at(acknowledged), Fate.COMMITTED));
  }

  private static Use use(int started, String thing, long version) {
    return use(started, Map.of(thing, version));
  }

  private static Use use(int started, Map<String, Long> versions) {
    return new Use("r", "hook", at(started), at(started + 1), versions);
  }

  private List<Kind> kinds(Use use) {
    return judge(use).violations().stream().map(Violation::kind).toList();
  }

  private Verdict judge(Use use) {
    return new FreshnessJudge(changes, List.of(Set.of("a", "b")), off, frozen, ON_THE_WAY)
        .judge(List.of(use));
  }

  private static Instant at(int second) {
    return Instant.EPOCH.plusSeconds(second);
  }
}
