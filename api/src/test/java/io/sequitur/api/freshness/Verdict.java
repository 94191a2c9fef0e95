package io.sequitur.api.freshness;

import java.util.List;

/**
 * What the judge found.
 *
 * @param exceptions requests that a frozen process sent after a change: their attempts had started
 *     before it, and the freeze is on record
 */
public record Verdict(int judged, int exceptions, List<Violation> violations) {
  /** One thing that must not be. */
  public record Violation(Kind kind, String request, String detail) {}

  /** What was wrong. */
  public enum Kind {
    /** A value that another had replaced, and that was acknowledged, before the attempt started. */
    STALE,
    /** Values of things that are always changed together, of two different changes. */
    TORN,
    /** A value of a transaction that was rolled back. */
    ROLLED_BACK,
    /** A value that nobody wrote. */
    UNHEARD_OF,
    /** An attempt that started while its webhook was off. */
    OFF,
    /** Replaced long before the request arrived, though no process was frozen meanwhile. */
    LATE
  }
}
