package io.sequitur.workflows.delivery;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A Standard Webhooks signing secret: 24 to 64 random bytes, written {@code whsec_} and base64.
 * Immutable, safe for use by many threads; its {@link #toString} never shows it.
 */
public final class SigningSecret implements SigningKey {
  private static final String PREFIX = "whsec_";
  private static final String ALGORITHM = "HmacSHA256";
  private static final int MIN_BYTES = 24;
  private static final int MAX_BYTES = 64;
  private static final int GENERATED_BYTES = 32;

  private final byte[] key;

  /** Initialised with the key and never fed: cloning it skips the provider look-up per attempt. */
  private final Mac prototype;

  private SigningSecret(byte[] key) {
    this.key = key;
    this.prototype = initialised(key);
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException with a sentence for the user, in which the text is not quoted
   */
  public static SigningSecret parse(String text) {
    String trimmed = text.strip();
    if (!trimmed.startsWith(PREFIX)) {
      throw new IllegalArgumentException(
          "a signing secret begins with \"whsec_\", followed by 24 to 64 random bytes in base64");
    }
    byte[] key = decoded(trimmed.substring(PREFIX.length()));
    if (key.length < MIN_BYTES || key.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "the signing secret has %d bytes after decoding: it must have from %d to %d"
              .formatted(key.length, MIN_BYTES, MAX_BYTES));
    }
    return new SigningSecret(key);
  }

  /** Makes a new secret of 32 bytes. */
  public static SigningSecret generate(SecureRandom random) {
    byte[] key = new byte[GENERATED_BYTES];
    random.nextBytes(key);
    return new SigningSecret(key);
  }

  /** The secret itself, as {@code whsec_...}: to store it encrypted, or to show it once. */
  @Override
  public String reveal() {
    return PREFIX + Base64.getEncoder().encodeToString(key);
  }

  @Override
  public Scheme scheme() {
    return Scheme.V1;
  }

  @Override
  public byte[] sign(byte[] prefix, byte[] body) {
    Mac mac = mac();
    mac.update(prefix);
    return mac.doFinal(body);
  }

  /** A fresh HMAC-SHA256 with this key. */
  private Mac mac() {
    try {
      return (Mac) prototype.clone();
    } catch (CloneNotSupportedException e) {
      // A provider may not support it (FIPS modules do not); then each signature pays for a
      // look-up.
      return initialised(key);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SigningSecret that && MessageDigest.isEqual(key, that.key);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(key);
  }

  @Override
  public String toString() {
    return "SigningSecret[***]";
  }

  private static byte[] decoded(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      // The cause quotes characters of the secret, so it is left out.
      throw new IllegalArgumentException(
          "the signing secret is not base64 after \"whsec_\": copy it again, without line breaks");
    }
  }

  private static Mac initialised(byte[] key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }
}
