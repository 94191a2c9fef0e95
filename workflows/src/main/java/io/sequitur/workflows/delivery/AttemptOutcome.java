package io.sequitur.workflows.delivery;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How one attempt ended. */
public sealed interface AttemptOutcome {

  /** The receiver answered 2xx, which is the only success. */
  record Delivered(int status) implements AttemptOutcome {
    public Delivered {
      if (status < 200 || status > 299) {
        throw new IllegalArgumentException("delivered means 2xx, not " + status);
      }
    }
  }

  /**
   * Anything else.
   *
   * @param status what the receiver answered with, null if it did not
   * @param detail a sentence for users: what happened, without secrets and without addresses
   * @param retryAfter how long the receiver asked to be left alone, at most 24 h
   * @param gone the receiver answered 410: no retries, the webhook is disabled
   */
  record Failed(
      FailureClass failureClass,
      @Nullable Integer status,
      String detail,
      @Nullable Duration retryAfter,
      boolean gone)
      implements AttemptOutcome {

    /** A failure without an answer. */
    public static Failed without(FailureClass failureClass, String detail) {
      return new Failed(failureClass, null, detail, null, false);
    }

    /** What a person can do about it. */
    public String hint() {
      return failureClass.hint(status);
    }
  }

  /**
   * The one table of what a status means. 3xx counts as the client's error: redirects are never
   * followed (they would lead the request past the egress guard), so the URL has to be corrected.
   * Codes outside 2xx to 5xx are no HTTP answers that anybody can interpret.
   *
   * @param retryAfter the {@code Retry-After} header, heeded for 429 and 503 only
   */
  static AttemptOutcome ofStatus(int status, @Nullable String retryAfter, InstantSource clock) {
    return switch (status / 100) {
      case 2 -> new Delivered(status);
      case 3, 4 -> answered(FailureClass.HTTP_CLIENT_ERROR, status, retryAfter, clock);
      case 5 -> answered(FailureClass.HTTP_SERVER_ERROR, status, retryAfter, clock);
      default -> answered(FailureClass.UNKNOWN, status, retryAfter, clock);
    };
  }

  private static Failed answered(
      FailureClass failureClass, int status, @Nullable String retryAfter, InstantSource clock) {
    boolean asksForTime = status == 429 || status == 503;
    Duration wait =
        Optional.ofNullable(asksForTime ? retryAfter : null)
            .flatMap(value -> RetryAfter.parse(value, clock))
            .orElse(null);
    return new Failed(
        failureClass, status, "The receiver answered " + status + ".", wait, status == 410);
  }
}
