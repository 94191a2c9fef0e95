package io.sequitur.api.webhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sequitur.db.delivery.BlockedLanes;
import io.sequitur.db.webhook.WebhookRow;
import io.sequitur.db.webhook.WebhookRow.Settings;
import io.sequitur.workflows.text.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A webhook as the API shows it. {@code signingSecret} stands only in the answer that creates it.
 *
 * @param blocked lanes that wait for an operator; null when none does, and in lists
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record WebhookBody(
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
    String timeout,
    int maxConcurrency,
    @Nullable Rate rateLimit,
    @Nullable String certificateAuthority,
    String status,
    @Nullable String reason,
    @Nullable Instant since,
    @Nullable Instant nextProbeAt,
    @Nullable Blocked blocked,
    @Nullable List<String> publicKeys,
    Instant createdAt,
    Instant updatedAt,
    @Nullable String signingSecret) {

  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Header(String name, @Nullable String value, @Nullable String keyValue) {}

  record Rate(int count, String per) {}

  /**
   * Lanes whose head has used up its retries.
   *
   * @param delivery what blocks the one that has been so longest
   */
  record Blocked(long lanes, Instant since, String delivery) {}

  static WebhookBody of(
      WebhookRow row, @Nullable BlockedLanes blocked, @Nullable String signingSecret) {
    Settings s = row.settings();
    return new WebhookBody(
        s.name(),
        s.url(),
        s.description(),
        s.active(),
        s.events(),
        s.filter(),
        s.headers().stream().map(h -> new Header(h.name(), h.value(), h.keyValue())).toList(),
        s.ordered(),
        s.onExhausted(),
        s.retry(),
        Durations.format(Duration.ofMillis(s.timeoutMs())),
        s.maxConcurrency(),
        rate(s),
        s.certificateAuthority(),
        row.state().status(),
        row.state().reason(),
        row.state().since(),
        row.state().nextProbeAt(),
        blocked == null
            ? null
            : new Blocked(blocked.lanes(), blocked.since(), blocked.head().toString()),
        row.publicKeys().isEmpty() ? null : row.publicKeys(),
        row.createdAt(),
        row.updatedAt(),
        signingSecret);
  }

  private static @Nullable Rate rate(Settings s) {
    Integer count = s.rateCount();
    Integer per = s.ratePerMs();
    return count == null || per == null
        ? null
        : new Rate(count, Durations.format(Duration.ofMillis(per)));
  }
}
