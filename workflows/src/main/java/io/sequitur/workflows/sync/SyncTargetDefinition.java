package io.sequitur.workflows.sync;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A sync target as its owner wrote it, with defaults filled in.
 *
 * @param active whether it gets notices; pulling and acknowledging go on without
 * @param resync how long after an acknowledgement it is asked again
 * @param debounce how long a change waits for the next one
 * @param ackTimeout how long a notice waits for its acknowledgement before it is repeated
 * @param monotonic whether it drops answers that are older than what it has
 * @param quiet if not: how long it may still apply one after that ceased to be the newest
 * @param signingSecret the caller's own; null: make one, or keep the one there is
 */
public record SyncTargetDefinition(
    String name,
    String url,
    @Nullable String description,
    boolean active,
    SyncMode mode,
    Duration resync,
    Duration debounce,
    Duration ackTimeout,
    boolean monotonic,
    Duration quiet,
    @Nullable String signingSecret) {
  public static final Duration DEFAULT_RESYNC = Duration.ofMinutes(15);
  public static final Duration DEFAULT_DEBOUNCE = Duration.ofMillis(500);
  public static final Duration DEFAULT_ACK_TIMEOUT = Duration.ofSeconds(30);
  public static final Duration DEFAULT_QUIET = Duration.ofMinutes(1);

  /** Without URL and secret, which do not belong into a log. */
  @Override
  public String toString() {
    return "SyncTargetDefinition[name=" + name + "]";
  }
}
