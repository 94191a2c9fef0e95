package io.sequitur.bench;

/**
 * Looks for the highest rate that holds: doubles until one does not, then halves the gap; at most 8
 * tries, or until the gap is within 3 % of the rate.
 */
final class MaxSearch {
  private static final int TRIES = 8;
  private static final int GAP_FRACTION = 32;

  private final int limit;
  private int tries;
  private int held;
  private int failed;
  private int candidate;

  MaxSearch(int first, int limit) {
    this.limit = limit;
    this.failed = Integer.MAX_VALUE;
    this.candidate = Math.min(first, limit);
  }

  boolean hasNext() {
    boolean closeEnough = failed - held <= Math.max(1, held / GAP_FRACTION);
    return tries < TRIES && !closeEnough && held < limit;
  }

  int next() {
    tries++;
    return candidate;
  }

  void record(boolean holds) {
    if (holds) {
      held = candidate;
    } else {
      failed = candidate;
    }
    boolean doubling = failed == Integer.MAX_VALUE;
    candidate = doubling ? (int) Math.min(limit, held * 2L) : held + (failed - held) / 2;
  }
}
