package io.sequitur.workflows.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A breaker in a few letters: {@code C3} is closed after 3 failures, {@code O2} opened twice,
 * {@code H4+2-1} half-open in a round of four with two answered and one failed. Signals: {@code
 * w}ell, {@code o}verloaded, {@code f}ailed, {@code n}othing sent; in capitals when the attempt
 * started before the breaker's last move.
 */
class BreakerTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int FULL = 10;

  @ParameterizedTest(name = "{0} after {1} is {2}")
  @CsvSource({
    "C0,     w,          C0",
    "C0,     n,          C0",
    "C0,     f,          C1",
    "C3,     n,          C3",
    "C3,     w,          C0",
    "C4,     w,          C0",
    "C4,     f,          O1",
    "C0,     fffff,      O1",
    "C0,     ffffwffff,  C4",
    "C0,     ffffnf,     O1",
    "C0,     o,          H1",
    "C4,     o,          H1",
    "O1,     w,          H1",
    "O1,     W,          H1",
    "O1,     f,          O2",
    "O1,     o,          O2",
    "O1,     n,          O1",
    "O1,     F,          O1",
    "O1,     O,          O1",
    "O1,     N,          O1",
    "O3,     fff,        O6",
    "H1,     w,          H2",
    "H1,     f,          O1",
    "H1,     o,          O1",
    "H1,     n,          H1",
    "H1,     W,          H1",
    "H1,     F,          H1",
    "H2,     w,          H2+1-0",
    "H2,     ww,         H4",
    "H2,     wf,         H4",
    "H2,     ff,         O1",
    "H4,     wff,        H4+1-2",
    "H4,     wffw,       H8",
    "H4,     fff,        O1",
    "H4+2-1, n,          H4+2-1",
    "H4+2-1, F,          H4+2-1",
    "H8,     wwwwwwww,   C0",
    "H8,     wwwwffff,   C0",
    "H8,     fffff,      O1",
    "O1,     wwwwwwwwwwwwwwww, C0",
    "O1,     wwwwwwwwwwwwwww,  H8+7-0",
  })
  void movesByResultsOnly(String before, String signals, String after) {
    Breaker breaker = read(before);
    int second = 1;
    for (int i = 0; i < signals.length(); i++) {
      char signal = signals.charAt(i);
      Instant now = START.plusSeconds(second++);
      Instant started = Character.isUpperCase(signal) ? START.minusSeconds(1) : now;
      breaker = breaker.after(signal(signal), started, now, FULL);
    }
    assertThat(written(breaker)).isEqualTo(after);
  }

  @ParameterizedTest(name = "the full {0} places are back after rounds of {1}")
  @CsvSource({"1, 1", "2, 1", "3, 1 2", "8, 1 2 4", "10, 1 2 4 8", "100, 1 2 4 8 16 32 64"})
  void rampsUpToWhatTheWebhookMayHave(int full, String rounds) {
    Breaker breaker = HalfOpenBreaker.first(START, START, 3);
    StringBuilder seen = new StringBuilder();
    while (breaker instanceof HalfOpenBreaker round) {
      seen.append(seen.isEmpty() ? "" : " ").append(round.places());
      for (int i = 0; i < round.places(); i++) {
        breaker = breaker.after(BreakerSignal.WELL, round.movedAt(), round.movedAt(), full);
      }
    }
    assertThat(seen.toString()).isEqualTo(rounds);
    assertThat(breaker).isEqualTo(Breaker.closed());
  }

  @ParameterizedTest(name = "opened {0} times: a probe after {1}")
  @CsvSource({"1, PT1S", "2, PT2S", "3, PT4S", "9, PT256S", "10, PT5M", "11, PT5M", "1000, PT5M"})
  void probesGrowRarerUpToACap(int trips, Duration wait) {
    OpenBreaker breaker = OpenBreaker.of(START, START, trips);
    assertThat(breaker.probeAt()).isEqualTo(START.plus(wait));
  }

  @Test
  void anHourOfFailingProbesIsTwentyOfThem() {
    OpenBreaker breaker = OpenBreaker.of(START, START, 1);
    int probes = 0;
    while (breaker.probeAt().isBefore(START.plus(Duration.ofHours(1)))) {
      Instant probe = breaker.probeAt();
      breaker = (OpenBreaker) breaker.after(BreakerSignal.FAILED, probe, probe, FULL);
      probes++;
    }
    assertThat(probes).isEqualTo(19);
    assertThat(breaker.since()).isEqualTo(START);
  }

  @ParameterizedTest(name = "{0} {1} says {2}")
  @CsvSource({
    ",                  200, WELL",
    "HTTP_CLIENT_ERROR, 301, WELL",
    "HTTP_CLIENT_ERROR, 400, WELL",
    "HTTP_CLIENT_ERROR, 404, WELL",
    "HTTP_CLIENT_ERROR, 410, WELL",
    "HTTP_CLIENT_ERROR, 429, OVERLOADED",
    "HTTP_SERVER_ERROR, 500, FAILED",
    "HTTP_SERVER_ERROR, 501, FAILED",
    "HTTP_SERVER_ERROR, 502, OVERLOADED",
    "HTTP_SERVER_ERROR, 503, OVERLOADED",
    "HTTP_SERVER_ERROR, 504, OVERLOADED",
    "CONNECTION,        ,    FAILED",
    "TLS,               ,    FAILED",
    "TIMEOUT,           ,    FAILED",
    "UNKNOWN,           ,    FAILED",
    "CONFIG,            ,    NOTHING",
    "BLOCKED,           ,    NOTHING",
  })
  void everyFailureHasItsSignal(FailureClass failure, Integer status, BreakerSignal signal) {
    assertThat(BreakerSignal.of(failure, status)).isEqualTo(signal);
  }

  @ParameterizedTest(name = "failing for {0} with {1} attempts: {2}")
  @CsvSource({
    "PT0S,    1000, false",
    "P4D,     1000, false",
    "PT119H,  1000, false",
    "P5D,     9,    false",
    "P5D,     10,   true",
    "P50D,    10,   true",
  })
  void aLongFailureTakesDaysAndAttempts(Duration since, int failures, boolean disables) {
    assertThat(LongFailure.disables(START, failures, START.plus(since))).isEqualTo(disables);
    assertThat(LongFailure.disables(null, failures, START)).isFalse();
  }

  private static BreakerSignal signal(char letter) {
    return switch (Character.toLowerCase(letter)) {
      case 'w' -> BreakerSignal.WELL;
      case 'o' -> BreakerSignal.OVERLOADED;
      case 'f' -> BreakerSignal.FAILED;
      case 'n' -> BreakerSignal.NOTHING;
      default -> throw new IllegalArgumentException("no signal is " + letter);
    };
  }

  private static Breaker read(String text) {
    String[] numbers = text.substring(1).split("[+-]");
    int first = Integer.parseInt(numbers[0]);
    return switch (text.charAt(0)) {
      case 'C' -> new ClosedBreaker(first);
      case 'O' -> OpenBreaker.of(START, START, first);
      case 'H' ->
          new HalfOpenBreaker(
              START,
              START,
              0,
              first,
              numbers.length > 1 ? Integer.parseInt(numbers[1]) : 0,
              numbers.length > 1 ? Integer.parseInt(numbers[2]) : 0);
      default -> throw new IllegalArgumentException("no breaker is " + text);
    };
  }

  private static String written(Breaker breaker) {
    return switch (breaker) {
      case ClosedBreaker b -> "C" + b.failures();
      case OpenBreaker b -> "O" + b.trips();
      case HalfOpenBreaker b ->
          "H" + b.places() + (b.well() + b.failed() == 0 ? "" : "+" + b.well() + "-" + b.failed());
    };
  }
}
