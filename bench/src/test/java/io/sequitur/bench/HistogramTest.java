package io.sequitur.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class HistogramTest {
  private static final long MS = 1_000_000;

  @Test
  void emptyHasNoFigures() {
    Histogram histogram = new Histogram();

    assertThat(histogram.percentileMs(50)).isNull();
    assertThat(histogram.maxMs()).isNull();
  }

  @Test
  void percentilesAreNearestRanks() {
    Histogram histogram = new Histogram();
    for (int i = 1; i <= 100; i++) {
      histogram.record(i * MS);
    }

    assertThat(histogram.percentileMs(50)).isCloseTo(50, within(0.5));
    assertThat(histogram.percentileMs(95)).isCloseTo(95, within(0.95));
    assertThat(histogram.percentileMs(99)).isCloseTo(99, within(0.99));
    assertThat(histogram.maxMs()).isEqualTo(100.0);
  }

  @Test
  void noPercentileExceedsTheMaximum() {
    Histogram histogram = new Histogram();
    histogram.record(1_000_001);

    assertThat(histogram.percentileMs(99)).isEqualTo(histogram.maxMs());
  }

  @Test
  void staysWithinOnePercentOverAllMagnitudes() {
    long seed = 20_260_101;
    Random random = new Random(seed);
    long[] values = random.longs(10_000).map(l -> (l >>> 1) >>> random.nextInt(20, 50)).toArray();
    Histogram histogram = new Histogram();
    Arrays.stream(values).forEach(histogram::record);
    Arrays.sort(values);

    for (int percent = 1; percent <= 100; percent++) {
      double exact = values[percent * 100 - 1] / (double) MS;
      assertThat(histogram.percentileMs(percent))
          .as("p%d, seed %d", percent, seed)
          .isCloseTo(exact, within(exact * 0.01 + 0.005));
    }
  }

  @Test
  void extremesHaveABucketEach() {
    Histogram histogram = new Histogram();
    histogram.record(-1);
    histogram.record(255);
    histogram.record(256);
    histogram.record(Long.MAX_VALUE);

    assertThat(histogram.count()).isEqualTo(4);
    assertThat(histogram.above(255)).isEqualTo(2);
    assertThat(histogram.percentileMs(100)).isEqualTo(histogram.maxMs());
  }
}
