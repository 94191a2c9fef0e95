package io.sequitur.activities.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.activities.delivery.Results.Sent;
import io.sequitur.activities.webhook.CompiledWebhook;
import io.sequitur.db.delivery.AttemptRow;
import io.sequitur.db.delivery.Checked;
import io.sequitur.db.delivery.Claim;
import io.sequitur.db.delivery.ClaimKey;
import io.sequitur.db.delivery.EventContent;
import io.sequitur.workflows.delivery.AttemptOutcome;
import io.sequitur.workflows.delivery.AttemptOutcome.Delivered;
import io.sequitur.workflows.delivery.AttemptOutcome.Failed;
import io.sequitur.workflows.delivery.FailureClass;
import io.sequitur.workflows.delivery.HttpHeader;
import io.sequitur.workflows.delivery.RetrySchedule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class ResultsTest {
  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final Instant STARTED = NOW.minusSeconds(1);
  private static final UUID EVENT = new UUID(1, 2);

  /** Half of the spread: a retry after exactly what the schedule says. */
  private static final RandomGenerator MIDDLE =
      new RandomGenerator() {
        @Override
        public long nextLong() {
          return Long.MIN_VALUE;
        }
      };

  private final Results results = new Results(Clock.fixed(NOW, ZoneOffset.UTC), MIDDLE, "e1");

  @Test
  void aDeliveredAttemptEndsItsDelivery() {
    AttemptRow row = row(new Delivered(204), 0, true, "10s");
    assertThat(row.next()).isEqualTo("delivered");
    assertThat(row.status()).isEqualTo(204);
    assertThat(row.class_()).isNull();
    assertThat(row.hint()).isNull();
    assertThat(row.nextAttemptAt()).isNull();
    assertThat(row.at()).isEqualTo(STARTED);
    assertThat(row.configVersion()).isEqualTo("c1");
    assertThat(row.keyId()).isEqualTo(5);
  }

  @ParameterizedTest
  @EnumSource(FailureClass.class)
  void aFailureIsRetriedByScheduleUnlessOnlyAnotherConfigurationHelps(FailureClass failure) {
    AttemptRow row = row(Failed.without(failure, "It failed."), 1, false, "10s 1h");
    assertThat(row.next()).isEqualTo("retrying");
    assertThat(row.class_()).isEqualTo(failure.name());
    assertThat(row.hint()).startsWith("It failed. ").endsWith(failure.hint(null));
    boolean waits = failure.waitsForConfiguration();
    assertThat(row.nextAttemptAt()).isEqualTo(waits ? null : NOW.plus(Duration.ofHours(1)));
    assertThat(row.waitsFor()).isEqualTo(waits ? "v1@e1" : null);
  }

  @ParameterizedTest
  @EnumSource(FailureClass.class)
  void afterTheScheduleAFailureEndsUnlessOnlyAnotherConfigurationHelps(FailureClass failure) {
    AttemptRow row = row(Failed.without(failure, "It failed."), 2, false, "10s 1h");
    assertThat(row.next()).isEqualTo(failure.waitsForConfiguration() ? "retrying" : "exhausted");
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, exhausted",
    "false, true, exhausted",
    "true, true, exhausted",
    "true, false, blocked"
  })
  void anExhaustedHeadBlocksItsLaneUnlessItIsToBeSkipped(boolean laned, boolean skip, String next) {
    Failed failed = Failed.without(FailureClass.TIMEOUT, "Slow.");
    AttemptRow row =
        results.row(claim(0, laned), checked(), webhook("none", skip), sent(failed, 10));
    assertThat(row.next()).isEqualTo(next);
    assertThat(row.nextAttemptAt()).isNull();
    assertThat(row.keyId()).isEqualTo(laned ? 5L : null);
  }

  @Test
  void theReceiversWishForALaterRetryIsKept() {
    Failed asked =
        new Failed(FailureClass.HTTP_SERVER_ERROR, 503, "Busy.", Duration.ofMinutes(5), false);
    assertThat(row(asked, 0, false, "10s").nextAttemptAt()).isEqualTo(NOW.plusSeconds(300));
    assertThat(row(asked, 0, false, "10s").notBefore()).isEqualTo(NOW.plusSeconds(300));
    assertThat(row(asked, 0, false, "10s").slow()).as("it is slowed down").isTrue();
  }

  @Test
  void goneIsNotedForTheWebhook() {
    Failed gone = new Failed(FailureClass.HTTP_CLIENT_ERROR, 410, "Gone.", null, true);
    AttemptRow row = row(gone, 0, false, "none");
    assertThat(row.gone()).isEqualTo("https://w.test/");
    assertThat(row.next()).as("it is kept").isEqualTo("retrying");
    assertThat(row(new Delivered(200), 0, false, "none").gone()).isNull();
  }

  @ParameterizedTest
  @CsvSource({"2000, 2000, false", "2001, 2001, true", "9000, 2000, false"})
  void receiversThatTakeMoreThanTwoSecondsThemselvesAreSlow(
      long millis, long receivers, boolean slow) {
    Sent sent = sent(new Delivered(200), millis, receivers);
    AttemptRow row = results.row(claim(0, false), checked(), webhook("none", false), sent);
    assertThat(row.slow()).isEqualTo(slow);
    assertThat(row.durationMs()).isEqualTo(millis);
  }

  @Test
  void headersAreLoggedInTheirOrder() {
    AttemptRow row = row(new Delivered(200), 0, false, "none");
    assertThat(row.requestHeaders()).isEqualTo("{\"b\":\"***\",\"a\":\"\\\"1\\\"\"}");
  }

  @Test
  void aDeletedWebhooksDeliveryIsCancelledWithoutAnAttempt() {
    AttemptRow row = Results.cancelled(claim(0, true), checked());
    assertThat(row.next()).isEqualTo("cancelled");
    assertThat(row.configVersion()).as("nothing is logged").isEmpty();
    assertThat(row.keyId()).isNull();
  }

  private AttemptRow row(AttemptOutcome outcome, int attempts, boolean laned, String schedule) {
    return results.row(
        claim(attempts, laned), checked(), webhook(schedule, false), sent(outcome, 10));
  }

  private static Sent sent(AttemptOutcome outcome, long millis) {
    return sent(outcome, millis, millis);
  }

  private static Sent sent(AttemptOutcome outcome, long millis, long receivers) {
    return new Sent(
        outcome,
        Duration.ofMillis(millis),
        Duration.ofMillis(receivers),
        "body",
        List.of(HttpHeader.secret("b", "***"), HttpHeader.open("a", "\"1\"")));
  }

  private static Claim claim(int attempts, boolean laned) {
    return new Claim(
        new EventContent(EVENT, "k", "{}"),
        "default",
        7,
        "w",
        5L,
        1L,
        3,
        attempts,
        laned,
        10,
        4,
        new Claim.Limits(false, false),
        null);
  }

  private static Checked checked() {
    return new Checked(new ClaimKey(EVENT, 7, 3, 0), Checked.Verdict.GO, "v1", STARTED, false);
  }

  private static CompiledWebhook webhook(String schedule, boolean skipExhausted) {
    return new CompiledWebhook(
        "w",
        "v1",
        "c1",
        "https://w.test/",
        skipExhausted,
        RetrySchedule.parse(schedule),
        Duration.ofSeconds(10),
        null,
        null);
  }
}
