package io.sequitur.workflows.delivery;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/** Standard Webhooks 1.0.0, symmetric ({@code v1}) and asymmetric signatures ({@code v1a}). */
public final class StandardWebhooks {
  private StandardWebhooks() {}

  /**
   * The value of {@code webhook-signature}: one signature per key, with a space between, in the
   * order given; put the newest key first.
   *
   * @param id the {@code webhook-id}; without a dot, which separates the signed parts
   * @param timestamp the time of the attempt; what is signed, and sent, are whole Unix seconds
   * @param body the exact bytes that are sent
   */
  public static String sign(
      String id, Instant timestamp, byte[] body, List<? extends SigningKey> keys) {
    if (id.isEmpty() || id.indexOf('.') >= 0) {
      throw new IllegalArgumentException("a webhook-id is not empty and has no dot: " + id);
    }
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("a webhook is signed with at least one secret or key");
    }
    byte[] prefix = (id + "." + timestamp.getEpochSecond() + ".").getBytes(StandardCharsets.UTF_8);
    return keys.stream()
        .map(key ->
            key.scheme().word() + "," + Base64.getEncoder().encodeToString(key.sign(prefix, body)))
        .collect(Collectors.joining(" "));
  }
}
