package io.sequitur.activities.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sequitur.activities.webhook.CompiledWebhook;
import io.sequitur.db.delivery.AttemptRow;
import io.sequitur.db.delivery.Checked;
import io.sequitur.db.delivery.Checked.Verdict;
import io.sequitur.db.delivery.Claim;
import io.sequitur.db.delivery.WakeStore;
import io.sequitur.workflows.delivery.AttemptOutcome;
import io.sequitur.workflows.delivery.AttemptOutcome.Delivered;
import io.sequitur.workflows.delivery.AttemptOutcome.Failed;
import io.sequitur.workflows.delivery.HttpHeader;
import io.sequitur.workflows.delivery.RetryDecision;
import io.sequitur.workflows.delivery.RetryDecision.Next;
import io.sequitur.workflows.delivery.RetryDecision.Policy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Turns how an attempt ended into what is written down: its log, and what becomes of the delivery.
 */
final class Results {
  /**
   * An endpoint that itself takes longer counts as slow, and is attempted only by its own workflow
   * for a while.
   */
  private static final Duration SLOW = Duration.ofSeconds(2);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Clock clock;
  private final RandomGenerator random;
  private final String environment;

  /**
   * Turns outcomes into rows.
   *
   * @param environment of this process, as {@link SendingEnvironment#digest} says it
   */
  Results(Clock clock, RandomGenerator random, String environment) {
    this.clock = clock;
    this.random = random;
    this.environment = environment;
  }

  /** What an attempt sent and got. */
  record Sent(
      AttemptOutcome outcome,
      Duration duration,
      Duration receivers,
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
    Policy policy = new Policy(webhook.schedule(), claim.laned() && !webhook.skipExhausted());
    RetryDecision decision =
        RetryDecision.of(sent.outcome(), policy, claim.attempts(), random.nextDouble());
    Failed failed = sent.outcome() instanceof Failed f ? f : null;
    return new AttemptRow(
        claim.eventId(),
        claim.webhookUid(),
        claim.number(),
        checked.at(),
        status(sent.outcome()),
        failed == null ? null : failed.failureClass().name(),
        sent.duration().toMillis(),
        webhook.configVersion(),
        headersJson(sent.maskedHeaders()),
        sent.responseBody(),
        failed == null ? null : failed.detail() + " " + failed.hint(),
        state(decision.next()),
        later(decision.delay()),
        claim.laned() ? claim.keyId() : null,
        sent.receivers().compareTo(SLOW) > 0 || decision.slowDown(),
        decision.next() == Next.DISABLE ? webhook.url() : null,
        decision.next() == Next.AWAIT_CONFIGURATION
            ? WakeStore.waitsFor(webhook.version(), environment)
            : null,
        later(decision.notBefore()),
        claim.limits().guarded(),
        claim.replay());
  }

  /**
   * For a delivery that is over without an attempt, as its webhook is gone or an operator has ended
   * it: nothing is logged.
   */
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
        checked.verdict() == Verdict.ENDED && claim.laned() ? claim.keyId() : null,
        false,
        null,
        null,
        null,
        claim.limits().guarded(),
        claim.replay());
  }

  private @Nullable Instant later(@Nullable Duration wait) {
    return wait == null ? null : clock.instant().plus(wait);
  }

  private static @Nullable Integer status(AttemptOutcome outcome) {
    return switch (outcome) {
      case Delivered delivered -> delivered.status();
      case Failed failed -> failed.status();
    };
  }

  /** What is held is stored as retrying: that it waits, and for what, stands beside it. */
  private static String state(Next next) {
    return switch (next) {
      case DELIVERED -> "delivered";
      case RETRY, AWAIT_CONFIGURATION, DISABLE -> "retrying";
      case EXHAUSTED -> "exhausted";
      case BLOCKED -> "blocked";
    };
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
