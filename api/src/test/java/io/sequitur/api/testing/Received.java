package io.sequitur.api.testing;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.EmptyWebhookSecretException;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A request as it reached a receiver; header names are in lower case.
 *
 * @param nanos when it came, by this JVM's monotonic clock
 */
// The exact bytes, looked at by tests and never compared as a value.
@SuppressWarnings("ArrayRecordComponent")
public record Received(
    String path, String method, Map<String, List<String>> headers, byte[] bytes, long nanos) {

  public String body() {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The only value of a header, or an empty text. */
  public String header(String name) {
    List<String> values = headers.getOrDefault(name, List.of());
    if (values.size() > 1) {
      throw new AssertionError(name + " came " + values.size() + " times: " + values);
    }
    return values.isEmpty() ? "" : values.getFirst();
  }

  /** The event's id. */
  public String id() {
    return header("webhook-id");
  }

  public long sequence() {
    return Long.parseLong(header("sequitur-sequence"));
  }

  /** Verifies it as a receiver would that is written with the reference library. */
  public void verify(String secret) {
    try {
      new Webhook(secret).verify(body(), headers);
    } catch (WebhookVerificationException e) {
      throw new AssertionError("the reference library refuses " + id() + ": " + e.getMessage(), e);
    } catch (EmptyWebhookSecretException e) {
      throw new AssertionError("the webhook has no secret", e);
    }
  }
}
