package io.sequitur.workflows.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryScheduleTest {
  private static final double MIDDLE = 0.5;

  @ParameterizedTest
  @ValueSource(strings = {"5s 5m 30m 2h 5h 10h 14h 20h 24h", "none", "100ms", "30d"})
  void canonicalTextComesBackUnchanged(String text) {
    assertThat(RetrySchedule.parse(text)).hasToString(text);
    assertThat(RetrySchedule.parse(text)).isEqualTo(RetrySchedule.parse(" " + text + "\n"));
  }

  @Test
  void defaultLastsForAboutThreeDays() {
    assertThat(RetrySchedule.DEFAULT).hasToString("5s 5m 30m 2h 5h 10h 14h 20h 24h");
    assertThat(RetrySchedule.DEFAULT.delays().stream().reduce(Duration.ZERO, Duration::plus))
        .isBetween(Duration.ofHours(75), Duration.ofHours(76));
  }

  @ParameterizedTest
  @CsvSource({"1,PT5S", "2,PT5M", "9,PT24H"})
  void delayIsThatOfTheFailedAttempt(int failed, Duration delay) {
    assertThat(RetrySchedule.DEFAULT.delayAfter(failed, MIDDLE)).contains(delay);
  }

  @Test
  void jitterSpreadsByATenthEitherWay() {
    var schedule = RetrySchedule.parse("10s");
    assertThat(schedule.delayAfter(1, 0)).contains(Duration.ofSeconds(9));
    assertThat(schedule.delayAfter(1, Math.nextDown(1.0))).contains(Duration.ofSeconds(11));
  }

  @Test
  void isExhaustedAfterTheLastDelay() {
    assertThat(RetrySchedule.DEFAULT.delayAfter(10, MIDDLE)).isEmpty();
    assertThat(RetrySchedule.NONE.delayAfter(1, MIDDLE)).isEmpty();
  }

  @Test
  void receiverCanDelayARetryButNeitherHastenNorAddOne() {
    var schedule = RetrySchedule.parse("10s");
    assertThat(schedule.delayAfter(1, MIDDLE, failed(Duration.ofSeconds(60))))
        .contains(Duration.ofSeconds(60));
    assertThat(schedule.delayAfter(1, MIDDLE, failed(Duration.ZERO)))
        .contains(Duration.ofSeconds(10));
    assertThat(schedule.delayAfter(2, MIDDLE, failed(Duration.ofSeconds(60)))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'',is empty",
    "5,not a duration",
    "5s none,stands alone",
    "'5s,5m',not a duration",
    "50ms,delay 1 of the retry schedule is 50ms",
    "5s 31d,delay 2 of the retry schedule is 31d"
  })
  void refusalSaysWhatIsWrong(String text, String reason) {
    assertThatThrownBy(() -> RetrySchedule.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void refusesMoreThanThirtyDelays() {
    assertThat(RetrySchedule.parse("1s ".repeat(30)).delays()).hasSize(30);
    assertThatThrownBy(() -> RetrySchedule.parse("1s ".repeat(31)))
        .hasMessageContaining("at most 30");
  }

  @Test
  void refusesJitterOutsideItsRange() {
    assertThatThrownBy(() -> RetrySchedule.DEFAULT.delayAfter(1, 1)).hasMessageContaining("jitter");
    assertThatThrownBy(() -> RetrySchedule.DEFAULT.delayAfter(1, Double.NaN))
        .hasMessageContaining("jitter");
    assertThatThrownBy(() -> RetrySchedule.DEFAULT.delayAfter(0, MIDDLE))
        .hasMessageContaining("counts from 1");
  }

  private static AttemptOutcome.Failed failed(Duration retryAfter) {
    return new AttemptOutcome.Failed(
        FailureClass.HTTP_SERVER_ERROR, 503, "The receiver answered 503.", retryAfter, false);
  }
}
