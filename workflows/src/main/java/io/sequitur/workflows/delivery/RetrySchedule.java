package io.sequitur.workflows.delivery;

import io.sequitur.workflows.text.Durations;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How long to wait after each failed attempt; when the delays are used up, the delivery is
 * exhausted. Text form: durations with a space between, such as {@code "5s 5m 30m"}, or {@code
 * "none"}.
 *
 * @param delays the wait after the first failed attempt, after the second, and so on; at most 30,
 *     each from 100 ms to 30 days, in whole milliseconds
 */
public record RetrySchedule(List<Duration> delays) {
  private static final int MAX_DELAYS = 30;

  /** After so many failed attempts every schedule is used up: the place of what is tried once. */
  public static final int USED_UP = MAX_DELAYS + 1;

  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofDays(30);
  private static final String EXAMPLE = "such as \"5s 5m 30m 2h\", or \"none\" for no retries";

  /** About 75 hours in ten attempts: the schedule that Standard Webhooks gives as its example. */
  public static final RetrySchedule DEFAULT = parse("5s 5m 30m 2h 5h 10h 14h 20h 24h");

  /** One attempt and no more. */
  public static final RetrySchedule NONE = new RetrySchedule(List.of());

  public RetrySchedule {
    delays = delays.stream().map(delay -> delay.truncatedTo(ChronoUnit.MILLIS)).toList();
    if (delays.size() > MAX_DELAYS) {
      throw new IllegalArgumentException(
          "a retry schedule has at most %d delays, this one has %d"
              .formatted(MAX_DELAYS, delays.size()));
    }
    for (int i = 0; i < delays.size(); i++) {
      Duration delay = delays.get(i);
      if (delay.compareTo(SHORTEST) < 0 || delay.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException(
            "delay %d of the retry schedule is %s: a delay is from 100ms to 30d"
                .formatted(i + 1, readable(delay)));
      }
    }
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException with a sentence for the user that says what is wrong
   */
  public static RetrySchedule parse(String text) {
    String trimmed = text.strip();
    if (trimmed.equals("none")) {
      return NONE;
    }
    if (trimmed.isEmpty()) {
      throw new IllegalArgumentException("the retry schedule is empty: write one " + EXAMPLE);
    }
    String[] words = trimmed.split("\\s+");
    if (Arrays.asList(words).contains("none")) {
      throw new IllegalArgumentException(
          "\"none\" stands alone in a retry schedule: write one " + EXAMPLE);
    }
    return new RetrySchedule(Arrays.stream(words).map(Durations::parse).toList());
  }

  /**
   * The wait before the next attempt, spread by a tenth either way so that deliveries which failed
   * together do not come back together.
   *
   * @param failedAttempts how many attempts have failed so far, at least 1
   * @param jitter a random number in [0,1), given by the caller because workflows need their own
   * @return empty when the schedule is exhausted
   */
  public Optional<Duration> delayAfter(int failedAttempts, double jitter) {
    if (failedAttempts < 1) {
      throw new IllegalArgumentException("failedAttempts counts from 1, not " + failedAttempts);
    }
    if (!(jitter >= 0 && jitter < 1)) {
      throw new IllegalArgumentException("jitter is in [0,1), not " + jitter);
    }
    if (failedAttempts > delays.size()) {
      return Optional.empty();
    }
    double millis = delays.get(failedAttempts - 1).toMillis() * (0.9 + 0.2 * jitter);
    return Optional.of(Duration.ofMillis(Math.round(millis)));
  }

  /**
   * As {@link #delayAfter(int, double)}, but no sooner than the receiver asked for; a receiver can
   * delay a retry, never hasten it or add one.
   */
  public Optional<Duration> delayAfter(
      int failedAttempts, double jitter, AttemptOutcome.Failed failure) {
    Duration asked = failure.retryAfter();
    return delayAfter(failedAttempts, jitter)
        .map(delay -> asked != null && asked.compareTo(delay) > 0 ? asked : delay);
  }

  /** The canonical text form; {@link #parse} gives an equal schedule back. */
  @Override
  public String toString() {
    return delays.isEmpty()
        ? "none"
        : delays.stream().map(Durations::format).collect(Collectors.joining(" "));
  }

  private static String readable(Duration delay) {
    return delay.isNegative()
        ? delay.toString()
        : Durations.format(delay.truncatedTo(ChronoUnit.MILLIS));
  }
}
