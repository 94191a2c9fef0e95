package io.sequitur.activities.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sequitur.db.delivery.AttemptRow;
import io.sequitur.db.delivery.BreakerRow;
import io.sequitur.db.delivery.Health;
import io.sequitur.db.delivery.HealthRule.Move;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReceiverHealthTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final BreakerRow CLOSED = new BreakerRow("closed", null, null, 0, 0, 0, 0, null);

  private final ReceiverHealth health = new ReceiverHealth();

  @Test
  void failuresOpenItAndSayWhy() {
    Move move = health.after(health(CLOSED), Collections.nCopies(5, result("TIMEOUT", null, NOW)));
    assertThat(move.breaker())
        .isEqualTo(new BreakerRow("open", NOW, NOW, 1, 0, 0, 0, NOW.plusSeconds(1)));
    assertThat(move.why()).isEqualTo("TIMEOUT");
    assertThat(move.disable()).isNull();
  }

  @Test
  void whatIsStoredGoesOnWhereItWas() {
    BreakerRow three = new BreakerRow("closed", null, null, 0, 0, 0, 3, null);
    assertThat(health.after(health(three), List.of(result("TLS", null, NOW))).breaker().failed())
        .isEqualTo(4);
    BreakerRow half =
        new BreakerRow("half-open", NOW.minusSeconds(9), NOW.minusSeconds(1), 2, 4, 2, 1, null);
    assertThat(health.after(health(half), List.of(result(null, 200, NOW))).breaker())
        .isEqualTo(new BreakerRow("half-open", NOW.minusSeconds(9), NOW, 2, 8, 0, 0, null));
    BreakerRow open =
        new BreakerRow("open", NOW.minusSeconds(9), NOW.minusSeconds(1), 2, 0, 0, 0, NOW);
    assertThat(health.after(health(open), List.of(result("CONNECTION", null, NOW))).breaker())
        .isEqualTo(
            new BreakerRow("open", NOW.minusSeconds(9), NOW, 3, 0, 0, 0, NOW.plusSeconds(4)));
  }

  @Test
  void aPermitThatSentNothingIsGivenBack() {
    BreakerRow half =
        new BreakerRow("half-open", NOW.minusSeconds(9), NOW.minusSeconds(1), 2, 4, 0, 0, null);
    Move move = health.after(health(half), List.of(result("CONFIG", null, NOW)));
    assertThat(move.unused()).isOne();
    assertThat(move.breaker()).isEqualTo(half);
    assertThat(move.why()).isNull();
  }

  @Test
  void daysOfFailuresDisableAndTheReasonIsTheRule() {
    Instant since = NOW.minus(Duration.ofDays(5));
    Health failing = new Health(7, null, 10, since, CLOSED, 10, NOW);
    Move move = health.after(failing, List.of(result("HTTP_CLIENT_ERROR", 404, NOW)));
    assertThat(move.disable())
        .contains("all 10 attempts since " + since)
        .contains("5 days")
        .contains("status 404")
        .contains("one attempt an hour")
        .contains("enable");
    assertThat(move.breaker().probeAt()).isEqualTo(NOW.plus(Duration.ofHours(1)));
    Health gone = new Health(7, "gone", 10, since, CLOSED, 10, NOW);
    assertThat(health.after(gone, List.of(result("TLS", null, NOW))).disable()).isNull();
  }

  @Test
  void onlyA2xxEnablesWhatWasDisabledForALongFailure() {
    BreakerRow open =
        new BreakerRow("open", NOW.minusSeconds(9), NOW.minusSeconds(5), 1, 0, 0, 0, NOW);
    Health disabled = new Health(7, "failing", 11, NOW.minusSeconds(9), open, 10, NOW);
    Move refused = health.after(disabled, List.of(result("HTTP_CLIENT_ERROR", 404, NOW)));
    assertThat(refused.enable()).isFalse();
    assertThat(refused.breaker().probeAt()).isEqualTo(NOW.plus(Duration.ofHours(1)));
    Move back = health.after(disabled, List.of(result(null, 204, NOW)));
    assertThat(back.enable()).isTrue();
    assertThat(back.breaker().state()).isEqualTo("half-open");
    assertThat(back.breaker().places()).isOne();
  }

  private static Health health(BreakerRow breaker) {
    return new Health(7, null, 1, NOW, breaker, 100, NOW);
  }

  private static AttemptRow result(
      @Nullable String failure, @Nullable Integer status, Instant startedAt) {
    return new AttemptRow(
        new UUID(0, 1),
        7,
        1,
        startedAt,
        status,
        failure,
        5,
        "v1",
        "{}",
        null,
        null,
        failure == null ? "delivered" : "retrying",
        null,
        null,
        false,
        null,
        null,
        null,
        true,
        null);
  }
}
