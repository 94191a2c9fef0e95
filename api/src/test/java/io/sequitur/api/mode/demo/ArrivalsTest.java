package io.sequitur.api.mode.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The demo's judge must be able to find against the engine. */
class ArrivalsTest {
  @Test
  void aLaneThatRisesIsInOrder() {
    assertThat(arrivals(at("a", 1, 204), at("b", 3, 204)).inOrder()).isTrue();
  }

  @Test
  void aRetryOfTheSameEventIsInOrder() {
    assertThat(arrivals(at("a", 1, 500), at("a", 1, 204), at("b", 2, 204)).inOrder()).isTrue();
  }

  @Test
  void aLowerSequenceAfterAHigherOneIsNotInOrder() {
    assertThat(arrivals(at("b", 2, 204), at("a", 1, 204)).inOrder()).isFalse();
  }

  @Test
  void overtakingAnEventThatWasRefusedIsNotInOrder() {
    assertThat(arrivals(at("a", 1, 500), at("b", 2, 204), at("a", 1, 204)).inOrder()).isFalse();
  }

  @Test
  void anEventWithoutASequenceAfterOneThatHasOneIsNotInOrder() {
    assertThat(arrivals(at("a", 1, 204), at("b", -1, 204)).inOrder()).isFalse();
  }

  @Test
  void onlyWhatWasTakenBeforeIsARepeat() {
    assertThat(arrivals(at("a", 1, 500), at("a", 1, 204)).repeats()).isZero();
    assertThat(arrivals(at("a", 1, 204), at("a", 1, 204)).repeats()).isOne();
  }

  @Test
  void otherBytesUnderTheSameIdAreSeen() {
    Arrival first = at("a", 1, 204);
    Arrival other =
        new Arrival(0, "ledger", "a", "lane", 1, 2, "token", true, "{\"other\":true}", 204);

    assertThat(arrivals(first, first).sameBytes()).isTrue();
    assertThat(arrivals(first, other).sameBytes()).isFalse();
  }

  private static Arrivals arrivals(Arrival... list) {
    return new Arrivals(List.of(list));
  }

  private static Arrival at(String id, long sequence, int status) {
    return new Arrival(0, "ledger", id, "lane", sequence, 1, "token", true, "{}", status);
  }
}
