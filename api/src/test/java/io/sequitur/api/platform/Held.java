package io.sequitur.api.platform;

/**
 * What a platform had on its disk from some moment within these two on.
 *
 * @param lost it has lost its data, and has not been where it was since
 */
record Held(long begun, long ended, long generation, String hash, Content content, boolean lost) {
  /** Before everything. */
  static final Held NOTHING =
      new Held(Long.MIN_VALUE, Long.MIN_VALUE, 0, "", Content.NOTHING, false);
}
