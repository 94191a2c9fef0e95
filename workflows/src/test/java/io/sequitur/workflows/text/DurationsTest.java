package io.sequitur.workflows.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @CsvSource({
    "500ms,PT0.5S",
    "15s,PT15S",
    "5m,PT5M",
    "24h,PT24H",
    "2d,PT48H",
    "0s,PT0S",
    "90m,PT90M",
    "1500ms,PT1.5S"
  })
  void readsAndWritesTheSameText(String text, Duration duration) {
    assertThat(Durations.parse(text)).isEqualTo(duration);
    assertThat(Durations.format(duration)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"60s,1m", "1000ms,1s", "1d,24h", "007s,7s", "3600s,1h", "72h,3d"})
  void writesTheLargestUnitButDaysFromTwo(String text, String canonical) {
    assertThat(Durations.format(Durations.parse(text))).isEqualTo(canonical);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "15", "s", "-1s", "1.5s", "1h30m", "15 s", "15S", "9999999999999s", "١s"})
  void refusesOtherFormsWithAnExample(String text) {
    assertThatThrownBy(() -> Durations.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("such as 15s");
  }

  @Test
  void refusesToWriteWhatItCouldNotReadBack() {
    assertThatThrownBy(() -> Durations.format(Duration.ofNanos(1)))
        .hasMessageContaining("milliseconds");
    assertThatThrownBy(() -> Durations.format(Duration.ofSeconds(-1)))
        .hasMessageContaining("non-negative");
  }
}
