package io.sequitur.client;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Verifies notices as Standard Webhooks says, with a secret that both sides know. */
public final class NoticeVerifier {
  private static final String PREFIX = "whsec_";
  private static final String SCHEME = "v1,";

  /** How far the two clocks may be apart; what is older may be somebody's recording. */
  private static final Duration TOLERANCE = Duration.ofMinutes(5);

  private final SecretKeySpec key;
  private final Clock clock;

  /**
   * @param secret as it was shown: {@code whsec_…}
   */
  public NoticeVerifier(String secret, Clock clock) {
    String text = secret.startsWith(PREFIX) ? secret.substring(PREFIX.length()) : secret;
    this.key = new SecretKeySpec(Base64.getDecoder().decode(text), "HmacSHA256");
    this.clock = clock;
  }

  /**
   * Whether it comes from who has the secret, and is not old.
   *
   * @param id the header {@code webhook-id}
   * @param timestamp the header {@code webhook-timestamp}
   * @param signatures the header {@code webhook-signature}; one of them has to be right
   * @param body the exact bytes
   */
  public boolean accepts(String id, String timestamp, String signatures, byte[] body) {
    byte[] expected = (SCHEME + signature(id, timestamp, body)).getBytes(StandardCharsets.UTF_8);
    boolean known = false;
    for (String given : signatures.split(" ")) {
      known |= MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8));
    }
    return known && isRecent(timestamp);
  }

  // Asked only of a timestamp that is signed, so it is one.
  private boolean isRecent(String timestamp) {
    Instant sent = Instant.ofEpochSecond(Long.parseLong(timestamp));
    return Duration.between(sent, clock.instant()).abs().compareTo(TOLERANCE) <= 0;
  }

  private String signature(String id, String timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }
}
