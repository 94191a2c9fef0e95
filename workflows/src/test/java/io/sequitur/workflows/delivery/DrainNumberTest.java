package io.sequitur.workflows.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrainNumberTest {
  private static final long STARTED = 1_790_000_000_000L;

  @Test
  void risesFromDrainToDrain() {
    assertThat(DrainNumber.of(STARTED, 2)).isGreaterThan(DrainNumber.of(STARTED, 1));
  }

  @Test
  void firstDrainOfALaterRunIsAboveTheLastOfTheRunBefore() {
    assertThat(DrainNumber.of(STARTED + 1, 1)).isGreaterThan(DrainNumber.of(STARTED, 4095));
  }

  @Test
  void staysPositiveForThousandsOfYears() {
    long year9999 = 253_402_300_799_000L;
    assertThat(DrainNumber.of(year9999, 4095)).isPositive();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 4096})
  void refusesADrainThatWouldReachIntoTheTime(int drain) {
    assertThatThrownBy(() -> DrainNumber.of(STARTED, drain))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not " + drain);
  }
}
