package io.sequitur.workflows.delivery;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;

/** Standard Webhooks 1.0.0, symmetric signatures ({@code v1}). */
public final class StandardWebhooks {
  private StandardWebhooks() {}

  /**
   * The value of {@code webhook-signature}: one {@code v1} signature per secret, with a space
   * between, in the order given; put the newest secret first.
   *
   * @param id the {@code webhook-id}; without a dot, which separates the signed parts
   * @param timestamp the time of the attempt; what is signed, and sent, are whole Unix seconds
   * @param body the exact bytes that are sent
   */
  public static String sign(
      String id, Instant timestamp, byte[] body, List<SigningSecret> secrets) {
    if (id.isEmpty() || id.indexOf('.') >= 0) {
      throw new IllegalArgumentException("a webhook-id is not empty and has no dot: " + id);
    }
    if (secrets.isEmpty()) {
      throw new IllegalArgumentException("a webhook is signed with at least one secret");
    }
    byte[] prefix = (id + "." + timestamp.getEpochSecond() + ".").getBytes(StandardCharsets.UTF_8);
    return secrets.stream()
        .map(secret -> "v1," + signature(secret.mac(), prefix, body))
        .collect(Collectors.joining(" "));
  }

  private static String signature(Mac mac, byte[] prefix, byte[] body) {
    mac.update(prefix);
    return Base64.getEncoder().encodeToString(mac.doFinal(body));
  }
}
