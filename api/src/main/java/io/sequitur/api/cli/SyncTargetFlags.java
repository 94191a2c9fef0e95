package io.sequitur.api.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code sync-target set} can say. What is not said is left to the server's defaults. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required before it calls the command
final class SyncTargetFlags {
  @Option(
      names = "--url",
      required = true,
      paramLabel = "URL",
      description = "Where notices are posted.")
  private String url;

  @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
  private @Nullable String description;

  @Option(
      names = "--mode",
      paramLabel = "notify|push|both",
      description = "Whether notices carry the set; notify, the default: it is pulled.")
  private @Nullable String mode;

  @Option(
      names = "--resync",
      paramLabel = "DURATION",
      description = "How long after an acknowledgement it is asked again.")
  private @Nullable String resync;

  @Option(
      names = "--debounce",
      paramLabel = "DURATION",
      description = "How long a change waits for the next one.")
  private @Nullable String debounce;

  @Option(
      names = "--ack-timeout",
      paramLabel = "DURATION",
      description = "How long a notice waits for its acknowledgement.")
  private @Nullable String ackTimeout;

  @Option(
      names = "--not-monotonic",
      description = "It may apply an older set over a newer one: CLEAN takes longer.")
  private boolean notMonotonic;

  @Option(
      names = "--quiet-time",
      paramLabel = "DURATION",
      description = "How long it may apply a set after that ceased to be the newest.")
  private @Nullable String quiet;

  @Option(names = "--inactive", description = "Sends no notices; it may pull all the same.")
  private boolean inactive;

  @Option(
      names = "--signing-secret",
      paramLabel = "SECRET",
      description = "Signs notices with this secret instead of a new one.")
  private @Nullable String signingSecret;

  /** Whether it says how long to wait of a target for which nobody waits. */
  boolean isQuietForNothing() {
    return quiet != null && !notMonotonic;
  }

  ObjectNode writeTo(ObjectNode target) {
    target.put("url", url);
    put(target, "description", description);
    put(target, "mode", mode);
    put(target, "resync", resync);
    put(target, "debounce", debounce);
    put(target, "ackTimeout", ackTimeout);
    put(target, "quiet", quiet);
    if (notMonotonic) {
      target.put("monotonic", false);
    }
    put(target, "signingSecret", signingSecret);
    return inactive ? target.put("active", false) : target;
  }

  private static void put(ObjectNode target, String field, @Nullable String value) {
    if (value != null) {
      target.put(field, value);
    }
  }
}
