package io.sequitur.activities.delivery.http;

/** A URL that cannot be a webhook's. The message is for the user and does not quote the URL. */
public final class InvalidTargetUrlException extends IllegalArgumentException {
  InvalidTargetUrlException(String message) {
    super(message);
  }
}
