package io.sequitur.workflows.catalogue;

/** What a filter says of an event. */
public sealed interface FilterResult {
  /** The event passes. */
  record Passed() implements FilterResult {}

  /** The filter is false. */
  record Rejected() implements FilterResult {}

  /**
   * The filter could not be evaluated, which counts as no match.
   *
   * @param reason for the owner of the filter, such as {@code key 'ref' is not present in map}
   */
  record Failed(String reason) implements FilterResult {}

  /** Only what is true passes. */
  default boolean passes() {
    return this instanceof Passed;
  }
}
