package io.sequitur.api.cli.listen;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Verifies signatures of Standard Webhooks, version {@code v1}: HMAC-SHA256 over {@code
 * id.timestamp.body}.
 */
public final class SignatureCheck {
  /** The tolerance that the specification's own libraries have. */
  private static final Duration TOLERANCE = Duration.ofMinutes(5);

  private static final String PREFIX = "whsec_";
  private static final String VERSION = "v1,";

  private final List<byte[]> keys;
  private final InstantSource clock;

  /**
   * A check that is content with any of the secrets.
   *
   * @throws IllegalArgumentException if one of them is not {@code whsec_} and base64
   */
  public SignatureCheck(List<String> secrets, InstantSource clock) {
    this.keys = secrets.stream().map(SignatureCheck::decode).toList();
    this.clock = clock;
  }

  /** Checks what the three headers say about the body. */
  public Verdict check(
      @Nullable String id, @Nullable String timestamp, @Nullable String signatures, byte[] body) {
    if (keys.isEmpty()) {
      return Verdict.UNCHECKED;
    }
    if (id == null || timestamp == null || signatures == null) {
      return Verdict.bad("no signature");
    }
    Duration off;
    try {
      off = Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), clock.instant());
    } catch (ArithmeticException | java.time.DateTimeException | NumberFormatException e) {
      return Verdict.bad("timestamp '" + timestamp + "'");
    }
    if (off.abs().compareTo(TOLERANCE) > 0) {
      return Verdict.bad("timestamp off by " + off.abs().toSeconds() + " s");
    }
    byte[] signed = signedContent(id, timestamp, body);
    boolean good = keys.stream().anyMatch(key -> contains(signatures, hmac(key, signed)));
    return good ? Verdict.GOOD : Verdict.bad("wrong signature");
  }

  private static boolean contains(String signatures, byte[] expected) {
    String wanted = VERSION + Base64.getEncoder().encodeToString(expected);
    for (String signature : signatures.split(" ")) {
      if (MessageDigest.isEqual(
          signature.getBytes(StandardCharsets.UTF_8), wanted.getBytes(StandardCharsets.UTF_8))) {
        return true;
      }
    }
    return false;
  }

  private static byte[] signedContent(String id, String timestamp, byte[] body) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
    content.writeBytes(body);
    return content.toByteArray();
  }

  private static byte[] hmac(byte[] key, byte[] content) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(content);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static byte[] decode(String secret) {
    String base64 = secret.startsWith(PREFIX) ? secret.substring(PREFIX.length()) : secret;
    byte[] key = Base64.getDecoder().decode(base64);
    if (key.length == 0) {
      throw new IllegalArgumentException("the secret is empty");
    }
    return key;
  }
}
