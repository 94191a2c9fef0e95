package io.sequitur.workflows.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sequitur.workflows.delivery.AttemptOutcome.Delivered;
import io.sequitur.workflows.delivery.AttemptOutcome.Failed;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptOutcomeTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("1994-11-06T08:49:00Z"));

  @ParameterizedTest
  @ValueSource(ints = {200, 201, 202, 204, 299})
  void only2xxIsSuccess(int status) {
    assertThat(AttemptOutcome.ofStatus(status, null, CLOCK)).isEqualTo(new Delivered(status));
  }

  @ParameterizedTest
  @CsvSource({
    "301,HTTP_CLIENT_ERROR",
    "304,HTTP_CLIENT_ERROR",
    "307,HTTP_CLIENT_ERROR",
    "400,HTTP_CLIENT_ERROR",
    "404,HTTP_CLIENT_ERROR",
    "407,HTTP_CLIENT_ERROR",
    "429,HTTP_CLIENT_ERROR",
    "499,HTTP_CLIENT_ERROR",
    "500,HTTP_SERVER_ERROR",
    "503,HTTP_SERVER_ERROR",
    "599,HTTP_SERVER_ERROR",
    "101,UNKNOWN",
    "600,UNKNOWN",
    "999,UNKNOWN"
  })
  void everythingElseFails(int status, FailureClass expected) {
    Failed failed = failed(status, null);
    assertThat(failed.failureClass()).isEqualTo(expected);
    assertThat(failed.status()).isEqualTo(status);
    assertThat(failed.gone()).isFalse();
    assertThat(failed.detail()).contains(Integer.toString(status));
  }

  @Test
  void goneIsOnly410() {
    assertThat(failed(410, null).gone()).isTrue();
    assertThat(failed(410, null).failureClass()).isEqualTo(FailureClass.HTTP_CLIENT_ERROR);
  }

  @ParameterizedTest
  @CsvSource({
    "0,PT0S",
    "120,PT2M",
    "' 7 ',PT7S",
    "86401,PT24H",
    "99999999999999999999999,PT24H",
    "'Sun, 06 Nov 1994 08:49:37 GMT',PT37S",
    "'Sun, 06 Nov 1994 08:48:00 GMT',PT0S",
    "'Mon, 06 Nov 2034 08:49:37 GMT',PT24H",
  })
  void retryAfterIsHeededAndCapped(String header, Duration wait) {
    assertThat(failed(503, header).retryAfter()).isEqualTo(wait);
    assertThat(failed(429, header).retryAfter()).isEqualTo(failed(503, header).retryAfter());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-5", "1.5", "+3", "0x10", "Sun, 99 Nov 1994 08:49:37 GMT"})
  void unreadableRetryAfterIsIgnored(String header) {
    assertThat(failed(503, header).retryAfter()).isNull();
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 400, 408, 500, 502})
  void retryAfterMeansNothingOnOtherAnswers(int status) {
    assertThat(failed(status, "60").retryAfter()).isNull();
  }

  @Test
  void deliveredCannotBeMadeOfAnotherStatus() {
    assertThatThrownBy(() -> new Delivered(302)).hasMessageContaining("2xx");
  }

  @ParameterizedTest
  @EnumSource
  void everyClassHasAHintWithAndWithoutAStatus(FailureClass failureClass) {
    assertThat(failureClass.hint(null)).endsWith(".");
    assertThat(failureClass.hint(418)).endsWith(".");
  }

  @Test
  void commonStatusesHaveTheirOwnHint() {
    int[] statuses = {302, 401, 403, 404, 405, 407, 408, 410, 413, 415, 429, 431, 500, 502, 503};
    assertThat(Arrays.stream(statuses).mapToObj(s -> failed(s, null).hint()))
        .doesNotHaveDuplicates();
  }

  @Test
  void onlyConfigurationProblemsWaitForTheConfiguration() {
    assertThat(FailureClass.values())
        .filteredOn(FailureClass::waitsForConfiguration)
        .containsExactly(FailureClass.CONFIG, FailureClass.BLOCKED);
  }

  private static Failed failed(int status, @Nullable String retryAfter) {
    return (Failed) AttemptOutcome.ofStatus(status, retryAfter, CLOCK);
  }
}
