package io.sequitur.api.order;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.api.order.OrderJudge.Kind;
import io.sequitur.api.order.OrderJudge.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every kind of violation is put into a log once, and what is allowed is let pass. */
final class OrderJudgeTest {
  private final List<Arrival> log = new ArrayList<>();

  @Test
  void inOrderEachOnceIsRight() {
    arrive(1, true);
    arrive(2, true);
    assertThat(kinds("e1", "e2")).isEmpty();
  }

  @Test
  void aRefusedOneComesAgainBeforeTheNext() {
    arrive(1, false);
    arrive(1, true);
    arrive(2, true);
    assertThat(kinds("e1", "e2")).isEmpty();
  }

  @Test
  void oneThatComesAfterItsFollowerIsAnInversion() {
    arrive(1, true);
    arrive(2, true);
    arrive(1, true);
    assertThat(judge(Set.of("e1"), "e1", "e2")).containsExactly(Kind.INVERSION);
  }

  @Test
  void theNextOneBeforeTheRefusedOneIsAcceptedIsTooEarly() {
    arrive(1, false);
    arrive(2, true);
    assertThat(kinds("e2")).containsExactly(Kind.TOO_EARLY);
  }

  @Test
  void withoutAPromiseThereIsNoOrder() {
    log.add(new Arrival("free", "k", 2, "e2", 1, true));
    log.add(new Arrival("free", "k", 1, "e1", 0, true));
    assertThat(kinds("e1", "e2")).isEmpty();
  }

  @Test
  void aNumberThatDoesNotCountTheKeysEventsIsAGap() {
    log.add(new Arrival("free", "k", 3, "e2", 1, true));
    assertThat(kinds("e2")).containsExactly(Kind.GAP);
  }

  @Test
  void whatWasAcknowledgedAndNeverAcceptedIsLost() {
    arrive(1, false);
    assertThat(kinds("e1")).containsExactly(Kind.LOST);
    log.clear();
    arrive(1, true);
    assertThat(kinds("e1", "e2")).containsExactly(Kind.LOST);
  }

  @Test
  void onlyWhatWasOnTheWireMayComeAgain() {
    arrive(1, true);
    arrive(1, true);
    assertThat(judge(Set.of("e1"), "e1")).isEmpty();
    assertThat(judge(Set.of(), "e1")).containsExactly(Kind.REPEATED);
  }

  private void arrive(int sequence, boolean accepted) {
    log.add(new Arrival("ordered", "k", sequence, "e" + sequence, sequence - 1, accepted));
  }

  private List<Kind> kinds(String... acknowledged) {
    return judge(Set.of(), acknowledged);
  }

  private List<Kind> judge(Set<String> onTheWire, String... acknowledged) {
    return new OrderJudge(Set.of("ordered"))
        .judge(log, Set.of(acknowledged), onTheWire).stream().map(Violation::kind).toList();
  }
}
