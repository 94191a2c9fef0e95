package io.sequitur.workflows.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayActionTest {
  @ParameterizedTest
  @CsvSource({
    "running, PAUSE CANCEL",
    "held, PAUSE CANCEL",
    "paused, RESUME CANCEL",
    "completed, ''",
    "cancelled, ''"
  })
  void eachStateHasItsActions(String state, String available) {
    assertThat(
            Arrays.stream(ReplayAction.values())
                .filter(action -> action.refusal(ReplayState.of(state)) == null)
                .map(ReplayAction::name)
                .toList())
        .isEqualTo(available.isEmpty() ? List.of() : Arrays.asList(available.split(" ")));
  }

  @Test
  void refusalSaysWhatWouldHelp() {
    assertThat(ReplayAction.RESUME.refusal(ReplayState.CANCELLED)).contains("Start another one");
    assertThat(ReplayAction.RESUME.refusal(ReplayState.HELD)).contains("goes on by itself");
  }
}
