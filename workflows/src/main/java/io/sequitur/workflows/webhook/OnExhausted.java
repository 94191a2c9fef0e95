package io.sequitur.workflows.webhook;

/** What becomes of an ordered lane when the retry schedule of its head is used up. */
public enum OnExhausted {
  /** The lane waits for an operator. */
  BLOCK,
  /** The head becomes a dead letter and the lane goes on. */
  SKIP
}
