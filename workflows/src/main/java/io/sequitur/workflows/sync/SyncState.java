package io.sequitur.workflows.sync;

/** What is known of a sync target. Only {@link #CLEAN} says that it has what it should have. */
public enum SyncState {
  /** It acknowledged the desired generation with its hash, and nothing has changed since. */
  CLEAN("it acknowledged what is desired now"),
  /** It has to be told something; the next notice waits for its time. */
  DIRTY("a notice has to leave"),
  /** A notice is on the wire. */
  NOTIFYING("a notice is on the wire"),
  /** A notice was answered 2xx, which proves nothing. */
  AWAITING_ACK("a notice arrived, which proves nothing"),
  /** It refused the desired generation, and keeps an older one. */
  NACKED("it refused what is desired"),
  /** The newest set is suspiciously small, and leaves only when somebody confirms it. */
  SUPPRESSED("the newest set is held back until it is confirmed");

  private final String words;

  SyncState(String words) {
    this.words = words;
  }

  /** What it means, for a table that people read. */
  public String words() {
    return words;
  }
}
