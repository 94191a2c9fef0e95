package io.sequitur.workflows.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.workflows.delivery.RetryDecision.Policy;
import io.sequitur.workflows.text.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The table of retries. What is between attempts is virtual time: the clock of a test skips to
 * where the decision says.
 */
final class RetryDecisionTest {
  private static final Instant START = Instant.parse("1994-11-06T08:49:00Z");

  /** Half of the spread: exactly what the schedule says. */
  private static final double MIDDLE = 0.5;

  /** Moved by the tests alone. */
  private static final class SkippingClock implements InstantSource {
    private Instant now = START;

    @Override
    public Instant instant() {
      return now;
    }

    void skip(Duration wait) {
      now = now.plus(wait);
    }
  }

  // What came back | the header Retry-After | schedule | the lane is held at its head | failed
  // before → what follows | after which wait | whether the endpoint is slowed down
  @ParameterizedTest(name = "{0}, Retry-After {1}, schedule {2}, {3}, {4} before: {5} {6}")
  @CsvSource({
    // Success is 2xx and nothing else.
    "200,,5s 5m,free,0,DELIVERED,,",
    "201,,5s 5m,free,0,DELIVERED,,",
    "202,,5s 5m,held,1,DELIVERED,,",
    "204,,none,free,0,DELIVERED,,",
    "299,,5s 5m,held,2,DELIVERED,,",
    "200,60,5s 5m,free,0,DELIVERED,,",
    // Everything else is retried: a receiver in the middle of a deploy says 404.
    "101,,5s 5m,free,0,RETRY,5s,",
    "300,,5s 5m,free,0,RETRY,5s,",
    "301,,5s 5m,free,0,RETRY,5s,",
    "304,,5s 5m,free,0,RETRY,5s,",
    "307,,5s 5m,free,1,RETRY,5m,",
    "400,,5s 5m,free,0,RETRY,5s,",
    "401,,5s 5m,free,0,RETRY,5s,",
    "403,,5s 5m,free,1,RETRY,5m,",
    "404,,5s 5m,free,0,RETRY,5s,",
    "404,,5s 5m,held,0,RETRY,5s,",
    "405,,5s 5m,free,0,RETRY,5s,",
    "408,,5s 5m,free,0,RETRY,5s,",
    "409,,5s 5m,free,0,RETRY,5s,",
    "413,,5s 5m,free,0,RETRY,5s,",
    "415,,5s 5m,free,0,RETRY,5s,",
    "418,,5s 5m,free,0,RETRY,5s,",
    "422,,5s 5m,free,1,RETRY,5m,",
    "499,,5s 5m,free,0,RETRY,5s,",
    "500,,5s 5m,free,0,RETRY,5s,",
    "500,,5s 5m,held,1,RETRY,5m,",
    "501,,5s 5m,free,0,RETRY,5s,",
    "505,,5s 5m,free,0,RETRY,5s,",
    "599,,5s 5m,free,0,RETRY,5s,",
    "600,,5s 5m,free,0,RETRY,5s,",
    // Without an answer, by class.
    "CONNECTION,,5s 5m,free,0,RETRY,5s,",
    "TLS,,5s 5m,free,0,RETRY,5s,",
    "TIMEOUT,,5s 5m,free,0,RETRY,5s,",
    "TIMEOUT,,5s 5m,held,1,RETRY,5m,",
    "UNKNOWN,,5s 5m,free,1,RETRY,5m,",
    // Another configuration is waited for, whatever the schedule says.
    "CONFIG,,5s 5m,free,0,AWAIT_CONFIGURATION,,",
    "CONFIG,,5s 5m,free,2,AWAIT_CONFIGURATION,,",
    "CONFIG,,none,held,0,AWAIT_CONFIGURATION,,",
    "BLOCKED,,5s 5m,free,0,AWAIT_CONFIGURATION,,",
    "BLOCKED,,none,free,0,AWAIT_CONFIGURATION,,",
    "BLOCKED,,5s 5m,held,7,AWAIT_CONFIGURATION,,",
    // Gone disables, whatever the schedule says.
    "410,,5s 5m,free,0,DISABLE,5s,",
    "410,,5s 5m,held,1,DISABLE,5m,",
    "410,,none,free,0,DISABLE,0s,",
    "410,,5s,held,1,DISABLE,0s,",
    "410,3600,5s,free,0,DISABLE,5s,",
    // The schedule is used up.
    "500,,5s 5m,free,2,EXHAUSTED,,",
    "500,,5s 5m,held,2,BLOCKED,,",
    "404,,none,free,0,EXHAUSTED,,",
    "404,,none,held,0,BLOCKED,,",
    "CONNECTION,,5s,free,1,EXHAUSTED,,",
    "CONNECTION,,5s,held,1,BLOCKED,,",
    "TIMEOUT,,5s 5m,free,9,EXHAUSTED,,",
    "TLS,,5s 5m,held,9,BLOCKED,,",
    // A receiver cannot add retries.
    "503,60,none,free,0,EXHAUSTED,,slow",
    "429,60,5s,held,1,BLOCKED,,slow",
    // Too much to do, or a proxy without a receiver: one request at a time for a while.
    "429,,5s 5m,free,0,RETRY,5s,slow",
    "502,,5s 5m,free,0,RETRY,5s,slow",
    "503,,5s 5m,held,0,RETRY,5s,slow",
    "504,,5s 5m,free,1,RETRY,5m,slow",
    // Retry-After in seconds: later than the schedule is heeded, sooner is not, at most a day.
    "429,60,5s 5m,free,0,RETRY,60s,slow",
    "503,60,5s 5m,free,0,RETRY,60s,slow",
    "503,60,5s 5m,free,1,RETRY,5m,slow",
    "503,0,5s 5m,free,0,RETRY,5s,slow",
    "503,' 90 ',5s 5m,free,0,RETRY,90s,slow",
    "503,999999,5s 5m,free,0,RETRY,24h,slow",
    "429,99999999999999999999,5s 5m,free,0,RETRY,24h,slow",
    // … as a date.
    "503,'Sun, 06 Nov 1994 08:50:30 GMT',5s 5m,free,0,RETRY,90s,slow",
    "503,'Sun, 06 Nov 1994 08:00:00 GMT',5s 5m,free,0,RETRY,5s,slow",
    "429,'Mon, 06 Nov 2034 08:49:37 GMT',5s 5m,free,0,RETRY,24h,slow",
    // … as garbage.
    "503,soon,5s 5m,free,0,RETRY,5s,slow",
    "503,-60,5s 5m,free,0,RETRY,5s,slow",
    "429,1.5,5s 5m,free,0,RETRY,5s,slow",
    "429,'Sun, 99 Nov 1994 08:50:30 GMT',5s 5m,free,0,RETRY,5s,slow",
    // … where it means nothing.
    "500,60,5s 5m,free,0,RETRY,5s,",
    "502,60,5s 5m,free,0,RETRY,5s,slow",
    "301,60,5s 5m,free,0,RETRY,5s,",
    // A test of a webhook is tried once.
    "500,,5s 5m,free,31,EXHAUSTED,,",
    "CONFIG,,5s 5m,free,31,EXHAUSTED,,",
    "410,,5s 5m,free,31,EXHAUSTED,,",
  })
  void whatFollowsAnAttempt(
      String came,
      @Nullable String retryAfter,
      String schedule,
      String lane,
      int failedBefore,
      RetryDecision.Next next,
      @Nullable String wait,
      @Nullable String slow) {
    SkippingClock clock = new SkippingClock();
    RetryDecision decision =
        RetryDecision.of(
            outcome(came, retryAfter, clock),
            new Policy(RetrySchedule.parse(schedule), lane.equals("held")),
            failedBefore,
            MIDDLE);
    assertThat(decision.next()).isEqualTo(next);
    assertThat(decision.delay()).isEqualTo(wait == null ? null : Durations.parse(wait));
    assertThat(decision.slowDown()).isEqualTo("slow".equals(slow));
  }

  @Test
  void theDefaultScheduleTakesThreeDaysAndTenAttempts() {
    SkippingClock clock = new SkippingClock();
    int attempts = 0;
    RetryDecision decision;
    do {
      decision = fail(RetrySchedule.DEFAULT, attempts++);
      clock.skip(Optional.ofNullable(decision.delay()).orElse(Duration.ZERO));
    } while (decision.next() == RetryDecision.Next.RETRY);
    assertThat(attempts).isEqualTo(10);
    assertThat(Duration.between(START, clock.instant()))
        .isEqualTo(Duration.ofHours(75).plusMinutes(35).plusSeconds(5));
  }

  @Test
  void whatTheReceiverAskedForStaysKnownWhenTheScheduleChanges() {
    RetryDecision decision =
        RetryDecision.of(
            outcome("503", "60", new SkippingClock()),
            new Policy(RetrySchedule.parse("5m"), false),
            0,
            MIDDLE);
    assertThat(decision.delay()).isEqualTo(Duration.ofMinutes(5));
    assertThat(decision.notBefore()).isEqualTo(Duration.ofMinutes(1));
  }

  private static RetryDecision fail(RetrySchedule schedule, int failedBefore) {
    return RetryDecision.of(
        outcome("500", null, new SkippingClock()),
        new Policy(schedule, false),
        failedBefore,
        MIDDLE);
  }

  private static AttemptOutcome outcome(
      String came, @Nullable String retryAfter, InstantSource clock) {
    return came.chars().allMatch(Character::isDigit)
        ? AttemptOutcome.ofStatus(Integer.parseInt(came), retryAfter, clock)
        : AttemptOutcome.Failed.without(
            FailureClass.valueOf(came.toUpperCase(Locale.ROOT)), "It failed.");
  }
}
