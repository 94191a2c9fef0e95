package io.sequitur.db.catalogue;

/** What a PUT did. */
public enum PutOutcome {
  CREATED,
  REPLACED,
  /** The caller's {@code If-Match} names another version: nothing was changed. */
  STALE
}
