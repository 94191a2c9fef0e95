package io.sequitur.workflows.delivery;

/**
 * Numbers that rise from drain to drain of one webhook: by the start of the workflow's run, then by
 * the drain within it. A run starts only after the one before it has ended, so the numbers rise
 * over all runs.
 */
public final class DrainNumber {
  private static final int DRAIN_BITS = 12;

  private DrainNumber() {}

  /**
   * One drain's number.
   *
   * @param runStartedMillis when the workflow's run started
   * @param drain from 1; at most 4 095
   */
  public static long of(long runStartedMillis, int drain) {
    if (drain < 1 || drain >= 1 << DRAIN_BITS) {
      throw new IllegalArgumentException("a run has between 1 and 4095 drains, not " + drain);
    }
    return runStartedMillis << DRAIN_BITS | drain;
  }
}
