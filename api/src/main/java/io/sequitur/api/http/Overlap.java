package io.sequitur.api.http;

import io.sequitur.workflows.catalogue.Fields;
import java.time.Duration;

/** How long the keys that were there before sign beside a new one. */
public final class Overlap {
  /** As requests spell it. */
  public static final String FIELD = "overlap";

  /** When a request does not say. */
  public static final Duration USUAL = Duration.ofHours(24);

  private static final Duration LONGEST = Duration.ofDays(30);

  private Overlap() {}

  /** What a request says; problems go to its fields. */
  public static Duration of(Fields fields) {
    return fields.duration(FIELD, USUAL, Duration.ZERO, LONGEST);
  }
}
