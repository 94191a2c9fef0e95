package io.sequitur.activities.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sequitur.activities.webhook.CompiledWebhook;
import io.sequitur.db.delivery.AttemptRow;
import io.sequitur.db.delivery.Checked;
import io.sequitur.db.delivery.Claim;
import io.sequitur.workflows.delivery.AttemptOutcome;
import io.sequitur.workflows.delivery.AttemptOutcome.Delivered;
import io.sequitur.workflows.delivery.AttemptOutcome.Failed;
import io.sequitur.workflows.delivery.HttpHeader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Turns how an attempt ended into what is written down: its log, and what becomes of the delivery.
 */
final class Results {
  /**
   * An endpoint that takes longer counts as slow, and is attempted only by its own workflow for a
   * while.
   */
  private static final Duration SLOW = Duration.ofSeconds(2);

  /** How long a delivery that waits for another configuration sleeps before it looks by itself. */
  private static final Duration CONFIGURATION_LOOK = Duration.ofMinutes(1);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Clock clock;
  private final RandomGenerator random;

  Results(Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  /** What an attempt sent and got. */
  record Sent(
      AttemptOutcome outcome,
      Duration duration,
      @Nullable String responseBody,
      List<HttpHeader> maskedHeaders) {

    /** {@code delivered}, or the failure's class. */
    String result() {
      return switch (outcome) {
        case Delivered delivered -> "delivered";
        case Failed failed -> failed.failureClass().name();
      };
    }
  }

  AttemptRow row(Claim claim, Checked checked, CompiledWebhook webhook, Sent sent) {
    return switch (sent.outcome()) {
      case Delivered delivered ->
          row(claim, checked, webhook, sent, delivered.status(), null, "delivered", null);
      case Failed failed -> failed(claim, checked, webhook, sent, failed);
    };
  }

  /** For a delivery whose webhook is gone: no attempt, nothing logged. */
  static AttemptRow cancelled(Claim claim, Checked checked) {
    return new AttemptRow(
        claim.eventId(),
        claim.webhookUid(),
        claim.number(),
        checked.at(),
        null,
        null,
        0,
        "",
        "",
        null,
        null,
        "cancelled",
        null,
        null,
        false,
        false);
  }

  private AttemptRow failed(
      Claim claim, Checked checked, CompiledWebhook webhook, Sent sent, Failed failed) {
    Optional<Duration> delay =
        failed.failureClass().waitsForConfiguration()
            ? Optional.of(CONFIGURATION_LOOK)
            : webhook.schedule().delayAfter(claim.attempts() + 1, random.nextDouble(), failed);
    boolean holdsLane = claim.laned() && !webhook.skipExhausted();
    String next = delay.isPresent() ? "retrying" : holdsLane ? "blocked" : "exhausted";
    Instant at = delay.map(clock.instant()::plus).orElse(null);
    return row(claim, checked, webhook, sent, failed.status(), failed, next, at);
  }

  private static AttemptRow row(
      Claim claim,
      Checked checked,
      CompiledWebhook webhook,
      Sent sent,
      @Nullable Integer status,
      @Nullable Failed failed,
      String next,
      @Nullable Instant nextAttemptAt) {
    return new AttemptRow(
        claim.eventId(),
        claim.webhookUid(),
        claim.number(),
        checked.at(),
        status,
        failed == null ? null : failed.failureClass().name(),
        sent.duration().toMillis(),
        webhook.configVersion(),
        headersJson(sent.maskedHeaders()),
        sent.responseBody(),
        failed == null ? null : failed.detail() + " " + failed.hint(),
        next,
        nextAttemptAt,
        claim.laned() ? claim.keyId() : null,
        sent.duration().compareTo(SLOW) > 0,
        failed != null && failed.gone());
  }

  private static String headersJson(List<HttpHeader> masked) {
    Map<String, String> headers = new LinkedHashMap<>();
    masked.forEach(header -> headers.put(header.name(), header.value()));
    try {
      return JSON.writeValueAsString(headers);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("headers are plain text", e);
    }
  }
}
