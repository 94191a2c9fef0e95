package io.sequitur.workflows.delivery;

import org.jspecify.annotations.Nullable;

/** What the result of an attempt says about its receiver, as far as a breaker is concerned. */
public enum BreakerSignal {
  /** It answers: with 2xx, or with what it thinks of this request. */
  WELL,
  /** It has too much to do, or its proxy does not reach it: 429, 502, 503, 504. */
  OVERLOADED,
  /** It does not answer, or fails: no connection, TLS, time-out, 5xx. */
  FAILED,
  /** Nothing was sent. */
  NOTHING;

  /**
   * The one table of signals.
   *
   * @param failure null when the attempt was answered 2xx
   * @param status what the receiver answered with, if it did
   */
  public static BreakerSignal of(@Nullable FailureClass failure, @Nullable Integer status) {
    if (failure == null) {
      return WELL;
    }
    return switch (failure) {
      case CONFIG, BLOCKED -> NOTHING;
      case CONNECTION, TLS, TIMEOUT, UNKNOWN -> FAILED;
      case HTTP_CLIENT_ERROR, HTTP_SERVER_ERROR ->
          RetryDecision.slowsDown(status)
              ? OVERLOADED
              : failure == FailureClass.HTTP_SERVER_ERROR ? FAILED : WELL;
    };
  }
}
