package io.sequitur.api.platform;

/**
 * A change of the catalogue; times are of this JVM's monotonic clock.
 *
 * @param thing as {@link Content} names it
 * @param value that it has since; empty: it is gone
 * @param begun before its first byte left
 * @param acknowledged when it was certain; {@link #NEVER}: nobody knows what became of it
 */
record Change(String thing, String value, long begun, long acknowledged) {
  static final long NEVER = Long.MAX_VALUE;
  static final String GONE = "";

  /**
   * A webhook has other secrets. What they are nobody is told, so it is known only which ones are
   * outdated.
   */
  record Rotation(String thing, long begun, long acknowledged) {}
}
