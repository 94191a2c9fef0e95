package io.sequitur.api.platform;

import java.util.List;

/**
 * What the judge found.
 *
 * @param clean readings that said CLEAN
 * @param inconclusive of these, ones during which the platform changed, so that it may have been
 *     true or not
 * @param excused of these, ones of a platform that had lost its data, which nobody can know
 */
record Verdict(int clean, int inconclusive, int excused, List<Violation> violations) {
  Verdict {
    violations = List.copyOf(violations);
  }

  /** One thing that must not be. */
  record Violation(Kind kind, String detail) {}

  /** What was wrong. */
  enum Kind {
    /** CLEAN, and the platform held another set than the one that is desired. */
    FALSE_CLEAN,
    /** CLEAN, and what the platform held lacked a change that had been acknowledged before. */
    STALE_CLEAN,
    /** The acknowledged generation that is shown, or the desired one, went down. */
    SHOWN_BACKWARDS,
    /** The platform went back to an older generation without having lost anything. */
    HELD_BACKWARDS,
    /** Notices left in the wrong order. */
    NOTICED_BACKWARDS,
    /** A pull was answered without a change that had been acknowledged before it. */
    STALE_PULL,
    /** One generation had two contents. */
    TWO_SETS,
    /** A platform that lost its data did not get it back in time. */
    UNREPAIRED
  }
}
