package io.sequitur.workflows.delivery;

import org.jspecify.annotations.Nullable;

/** Why an attempt failed, as shown to users; each class has a hint that a person can act on. */
public enum FailureClass {
  /** The webhook cannot be sent as configured: a missing variable, an invalid header or URL. */
  CONFIG,
  /** No connection, or it broke before an answer came. */
  CONNECTION,
  /** The TLS handshake failed. */
  TLS,
  /** No complete answer within the webhook's timeout. */
  TIMEOUT,
  /** Answered with 3xx or 4xx: the request, as configured, is not what the receiver wants. */
  HTTP_CLIENT_ERROR,
  /** Answered with 5xx: the receiver is in trouble. */
  HTTP_SERVER_ERROR,
  /** The address may not be called from here. */
  BLOCKED,
  /** Anything else. */
  UNKNOWN;

  /**
   * True if trying again changes nothing until the configuration, or the environment of the
   * process, does: such deliveries are held and use up no retries.
   */
  public boolean waitsForConfiguration() {
    return this == CONFIG || this == BLOCKED;
  }

  /**
   * What to do about it, in one or two sentences.
   *
   * @param status the status the receiver answered with, if it did
   */
  public String hint(@Nullable Integer status) {
    return switch (this) {
      case CONFIG ->
          "Correct the webhook's URL, headers or key-values; what waits is sent when they change.";
      case CONNECTION ->
          "Check that the host name is right, that the receiver is running, and that its firewall lets this server in.";
      case TLS ->
          "Check that the receiver's certificate is valid today, made for this host name and issued by a public authority, or else set the webhook's certificateAuthority, and that it speaks TLS 1.2 or 1.3.";
      case TIMEOUT ->
          "Let the receiver answer 2xx first and do its work afterwards, or raise the webhook's timeout.";
      case HTTP_CLIENT_ERROR -> clientErrorHint(status == null ? 400 : status);
      case HTTP_SERVER_ERROR -> serverErrorHint(status == null ? 500 : status);
      case BLOCKED ->
          "Only public addresses on ports 80 and 443 may be called. For a private target, ask the operator to add its network to SEQUITUR_EGRESS_ALLOW.";
      case UNKNOWN ->
          "Retry the delivery; if it fails again, look in the server's log for this event's id.";
    };
  }

  private static String clientErrorHint(int status) {
    if (status >= 300 && status < 400) {
      return "Redirects are not followed. Set the webhook's URL to the address that answers itself.";
    }
    return switch (status) {
      case 401 ->
          "The receiver wants other credentials: check the Authorization header and the key-value it uses.";
      case 403 ->
          "The receiver refuses these credentials or this server's address: check its permissions and its allow list.";
      case 404 -> "There is nothing at this path: check the webhook's URL.";
      case 405 -> "The receiver takes no POST at this path: check the webhook's URL.";
      case 407 -> "A proxy before the receiver asks for credentials: use a URL that needs none.";
      case 408 -> "The receiver gave up waiting for the request: check the proxies in front of it.";
      case 410 ->
          "The receiver says it is gone for good, so the webhook is disabled. Correct its URL or delete it, then enable it.";
      case 413 -> "The event is too large for the receiver: raise its body limit.";
      case 415 ->
          "The receiver does not take application/cloudevents+json: let it accept that content type.";
      case 429 -> "The receiver asks for fewer requests: lower the webhook's rateLimit.";
      case 431 -> "The receiver finds the headers too large: shorten the webhook's headers.";
      default ->
          "The receiver rejects the request: its answer, in the attempt's responseBody, may say why. Check the signature secret and the headers.";
    };
  }

  private static String serverErrorHint(int status) {
    return switch (status) {
      case 502, 504 ->
          "The proxy in front of the receiver got no answer from it: check that the receiver runs.";
      case 503 -> "The receiver is overloaded or in maintenance: the delivery is retried.";
      default -> "The receiver failed on this event: look in its own log for the webhook-id.";
    };
  }
}
