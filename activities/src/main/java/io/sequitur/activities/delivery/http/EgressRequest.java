package io.sequitur.activities.delivery.http;

import io.sequitur.workflows.delivery.HttpHeader;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One POST to be sent. The body is not copied and must not change while it is on the way; it is not
 * a record for the sake of that array.
 */
public final class EgressRequest {
  private final TargetUrl url;
  private final List<HttpHeader> headers;
  private final byte[] body;
  private final Duration timeout;
  private final @Nullable TrustedAuthorities trusted;

  /**
   * Describes a request.
   *
   * @param headers in order; of several with the same name the last counts
   * @param timeout from the start of the attempt, with name look-up, to the end of the answer; at
   *     least 1 ms
   * @param trusted who issued the receiver's certificate; null: whom the system trusts
   */
  public EgressRequest(
      TargetUrl url,
      List<HttpHeader> headers,
      byte[] body,
      Duration timeout,
      @Nullable TrustedAuthorities trusted) {
    if (timeout.compareTo(Duration.ofMillis(1)) < 0) {
      throw new IllegalArgumentException(
          "a request needs a timeout of 1ms or more, not " + timeout);
    }
    this.url = url;
    this.headers = List.copyOf(headers);
    this.body = body;
    this.timeout = timeout.truncatedTo(ChronoUnit.MILLIS);
    this.trusted = trusted;
  }

  TargetUrl url() {
    return url;
  }

  List<HttpHeader> headers() {
    return headers;
  }

  byte[] body() {
    return body;
  }

  Duration timeout() {
    return timeout;
  }

  @Nullable TrustedAuthorities trusted() {
    return trusted;
  }
}
