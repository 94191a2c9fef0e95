package io.sequitur.workflows.delivery;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * An Ed25519 key pair of Standard Webhooks: {@code whsk_} and base64 of the private and the public
 * key, 32 bytes each; the public one alone is {@code whpk_} and base64. Immutable, safe for use by
 * many threads; its {@link #toString} shows the public key only.
 */
public final class SigningKeyPair implements SigningKey {
  static final String PREFIX = "whsk_";
  private static final String PUBLIC_PREFIX = "whpk_";
  private static final String ALGORITHM = "Ed25519";
  private static final int KEY_BYTES = 32;

  private final byte[] both;
  private final PrivateKey privateKey;

  private SigningKeyPair(byte[] both) {
    this.both = both;
    this.privateKey = privateKey(Arrays.copyOf(both, KEY_BYTES));
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException with a sentence for the user, in which the text is not quoted
   */
  public static SigningKeyPair parse(String text) {
    String trimmed = text.strip();
    byte[] both = trimmed.startsWith(PREFIX) ? decoded(trimmed) : new byte[0];
    if (both.length != 2 * KEY_BYTES) {
      throw new IllegalArgumentException(
          "a signing key pair is \"whsk_\" and base64 of 64 bytes: an Ed25519 private key and its public key");
    }
    return new SigningKeyPair(both);
  }

  /** Makes a new pair. */
  public static SigningKeyPair generate(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
      generator.initialize(NamedParameterSpec.ED25519, random);
      KeyPair pair = generator.generateKeyPair();
      byte[] seed =
          ((EdECPrivateKey) pair.getPrivate())
              .getBytes()
              .orElseThrow(() -> new IllegalStateException("a new key has its bytes"));
      byte[] both = Arrays.copyOf(seed, 2 * KEY_BYTES);
      byte[] point = encoded((EdECPublicKey) pair.getPublic());
      System.arraycopy(point, 0, both, KEY_BYTES, KEY_BYTES);
      return new SigningKeyPair(both);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /** What receivers verify with; no secret. */
  public String publicKey() {
    return PUBLIC_PREFIX
        + Base64.getEncoder().encodeToString(Arrays.copyOfRange(both, KEY_BYTES, 2 * KEY_BYTES));
  }

  @Override
  public Scheme scheme() {
    return Scheme.V1A;
  }

  @Override
  public String reveal() {
    return PREFIX + Base64.getEncoder().encodeToString(both);
  }

  @Override
  public byte[] sign(byte[] prefix, byte[] body) {
    try {
      Signature signature = Signature.getInstance(ALGORITHM);
      signature.initSign(privateKey);
      signature.update(prefix);
      signature.update(body);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SigningKeyPair that && MessageDigest.isEqual(both, that.both);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(both);
  }

  @Override
  public String toString() {
    return "SigningKeyPair[" + publicKey() + "]";
  }

  private static byte[] decoded(String text) {
    try {
      return Base64.getDecoder().decode(text.substring(PREFIX.length()));
    } catch (IllegalArgumentException e) {
      // The cause quotes characters of the key, so it is left out.
      return new byte[0];
    }
  }

  private static PrivateKey privateKey(byte[] seed) {
    try {
      return KeyFactory.getInstance(ALGORITHM)
          .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, seed));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /** RFC 8032 section 5.1.2: y in little-endian order, the sign of x in its highest bit. */
  private static byte[] encoded(EdECPublicKey key) {
    byte[] big = key.getPoint().getY().toByteArray();
    byte[] little = new byte[KEY_BYTES];
    for (int i = 0; i < Math.min(big.length, KEY_BYTES); i++) {
      little[i] = big[big.length - 1 - i];
    }
    if (key.getPoint().isXOdd()) {
      little[KEY_BYTES - 1] |= (byte) 0x80;
    }
    return little;
  }
}
