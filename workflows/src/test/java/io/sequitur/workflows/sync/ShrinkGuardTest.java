package io.sequitur.workflows.sync;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class ShrinkGuardTest {
  @Test
  void whatWasDeletedExplainsAnything() {
    assertThat(ShrinkGuard.suspicion(100, 0, Set.of())).isEmpty();
  }

  @Test
  void anEmptySetThatNobodyDeletedIsSuspicious() {
    assertThat(ShrinkGuard.suspicion(1, 0, Set.of("a")).orElseThrow())
        .contains("0 instead of 1", "nobody deleted a");
    assertThat(ShrinkGuard.suspicion(10, 0, Set.of("a"))).as("nine were deleted").isPresent();
  }

  @Test
  void mostOfItMissingIsSuspiciousAndHalfIsNot() {
    assertThat(ShrinkGuard.suspicion(4, 2, Set.of("a", "b"))).isEmpty();
    assertThat(ShrinkGuard.suspicion(4, 1, Set.of("a", "b", "c"))).isPresent();
    assertThat(ShrinkGuard.suspicion(4, 9, Set.of("a", "b", "c"))).as("others came").isPresent();
  }

  @Test
  void missingIsWhatTheOneHasAndTheOtherHasNot() {
    assertThat(ShrinkGuard.missing(List.of("a", "b"), List.of("b", "c"))).containsExactly("a");
  }

  @Test
  void theFirstSetIsNeverSuspicious() {
    assertThat(ShrinkGuard.suspicion(0, 0, Set.of())).isEmpty();
  }
}
