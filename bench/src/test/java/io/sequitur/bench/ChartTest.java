package io.sequitur.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ChartTest {
  @Test
  void aBarGrowsByTheSameLengthForEachTenfold() {
    int one = Chart.length(1);
    assertThat(Chart.length(10) - one).isEqualTo(Chart.length(100) - Chart.length(10));
    assertThat(Chart.length(100) - Chart.length(10)).isPositive();
  }

  @Test
  void aBarIsNeverEmptyAndNeverTooLong() {
    assertThat(Chart.length(0)).isEqualTo(1);
    assertThat(Chart.length(0.01)).isEqualTo(1);
    assertThat(Chart.length(1e9)).isEqualTo(Chart.length(60_000));
  }
}
