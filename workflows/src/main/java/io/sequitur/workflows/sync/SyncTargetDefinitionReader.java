package io.sequitur.workflows.sync;

import io.sequitur.workflows.catalogue.DefinitionReader;
import io.sequitur.workflows.catalogue.Fields;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Reads {@link SyncTargetDefinition}s. */
public final class SyncTargetDefinitionReader extends DefinitionReader<SyncTargetDefinition> {
  private static final int MAX_URL = 2048;
  private static final int MAX_TEXT = 1024;
  private static final Duration MIN_RESYNC = Duration.ofSeconds(1);
  private static final Duration MAX_RESYNC = Duration.ofDays(7);
  private static final Duration MAX_DEBOUNCE = Duration.ofMinutes(1);
  private static final Duration MIN_ACK_TIMEOUT = Duration.ofMillis(100);
  private static final Duration MAX_ACK_TIMEOUT = Duration.ofHours(1);
  private static final Duration MAX_QUIET = Duration.ofDays(1);

  private final Function<String, Optional<String>> url;
  private final Function<String, Optional<String>> signingSecret;

  /**
   * @param url what is wrong with a URL
   * @param signingSecret what is wrong with a secret, without quoting it
   */
  public SyncTargetDefinitionReader(
      Function<String, Optional<String>> url, Function<String, Optional<String>> signingSecret) {
    super(
        "url",
        "description",
        "active",
        "mode",
        "resync",
        "debounce",
        "ackTimeout",
        "monotonic",
        "quiet",
        "signingSecret");
    this.url = url;
    this.signingSecret = signingSecret;
  }

  @Override
  protected SyncTargetDefinition define(String name, Fields fields) {
    return new SyncTargetDefinition(
        name,
        fields.requiredText("url", MAX_URL, url),
        fields.lines("description", MAX_TEXT),
        fields.flag("active", true),
        fields.choice("mode", SyncMode.NOTIFY, SyncMode.values()),
        fields.duration("resync", SyncTargetDefinition.DEFAULT_RESYNC, MIN_RESYNC, MAX_RESYNC),
        fields.duration(
            "debounce", SyncTargetDefinition.DEFAULT_DEBOUNCE, Duration.ZERO, MAX_DEBOUNCE),
        fields.duration(
            "ackTimeout",
            SyncTargetDefinition.DEFAULT_ACK_TIMEOUT,
            MIN_ACK_TIMEOUT,
            MAX_ACK_TIMEOUT),
        fields.flag("monotonic", true),
        fields.duration("quiet", SyncTargetDefinition.DEFAULT_QUIET, Duration.ZERO, MAX_QUIET),
        fields.text("signingSecret", MAX_TEXT, signingSecret));
  }
}
