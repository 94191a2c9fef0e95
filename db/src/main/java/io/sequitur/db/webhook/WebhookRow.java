package io.sequitur.db.webhook;

import io.sequitur.db.delivery.Trouble;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A webhook as users declare it, and the engine's word on it. {@code events} is null when it has no
 * trigger of its own.
 *
 * @param publicKeys of its asymmetric signing keys, the newest first
 * @param version changes with every change of the webhook or of what it refers to
 */
public record WebhookRow(
    Settings settings,
    long uid,
    String version,
    Trouble state,
    List<String> publicKeys,
    Instant createdAt,
    Instant updatedAt) {
  /** What users set. */
  public record Settings(
      String tenant,
      String name,
      String url,
      String description,
      boolean active,
      @Nullable List<String> events,
      @Nullable String filter,
      List<Header> headers,
      boolean ordered,
      String onExhausted,
      String retry,
      int timeoutMs,
      int maxConcurrency,
      @Nullable Integer rateCount,
      @Nullable Integer ratePerMs,
      @Nullable String certificateAuthority) {}

  /** Either a value or the name of a key-value. */
  public record Header(String name, @Nullable String value, @Nullable String keyValue) {}
}
