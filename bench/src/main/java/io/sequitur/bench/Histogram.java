package io.sequitur.bench;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAccumulator;
import org.jspecify.annotations.Nullable;

/**
 * Times in nanoseconds, in constant memory and for any number of threads: exact below 256 ns,
 * within 1 % above, the maximum always exact.
 */
final class Histogram {
  private static final int EXACT = 256;
  private static final int HALF = EXACT / 2;
  private static final int LARGEST_SHIFT = 56;

  private final AtomicLongArray counts = new AtomicLongArray(EXACT + LARGEST_SHIFT * HALF);
  private final LongAccumulator max = new LongAccumulator(Math::max, 0);

  void record(long nanos) {
    long value = Math.max(0, nanos);
    counts.incrementAndGet(bucket(value));
    max.accumulate(value);
  }

  long count() {
    long sum = 0;
    for (int i = 0; i < counts.length(); i++) {
      sum += counts.get(i);
    }
    return sum;
  }

  /** Nearest rank: the smallest time that {@code percent} of all do not exceed; null when empty. */
  @Nullable Double percentileMs(double percent) {
    long rank = Math.max(1, (long) Math.ceil(percent / 100 * count()));
    long seen = 0;
    for (int i = 0; i < counts.length(); i++) {
      seen += counts.get(i);
      if (seen >= rank) {
        return Figures.ms(Math.min(upperBound(i), max.get()));
      }
    }
    return null;
  }

  @Nullable Double maxMs() {
    return count() == 0 ? null : Figures.ms(max.get());
  }

  /** How many lie above {@code nanos}, to the precision of a bucket. */
  long above(long nanos) {
    long sum = 0;
    for (int i = bucket(nanos) + 1; i < counts.length(); i++) {
      sum += counts.get(i);
    }
    return sum;
  }

  /** Each power of two above 255 is cut into 128 buckets of one width. */
  private static int bucket(long value) {
    if (value < EXACT) {
      return (int) value;
    }
    int shift = 63 - Long.numberOfLeadingZeros(value) - 7;
    return EXACT + (shift - 1) * HALF + (int) (value >>> shift) - HALF;
  }

  private static long upperBound(int bucket) {
    if (bucket < EXACT) {
      return bucket;
    }
    long above = (long) bucket - EXACT;
    int shift = (int) (above / HALF) + 1;
    long top = above % HALF + HALF;
    return ((top + 1) << shift) - 1;
  }
}
