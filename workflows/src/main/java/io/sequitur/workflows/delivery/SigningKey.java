package io.sequitur.workflows.delivery;

import java.security.SecureRandom;

/** What a webhook's requests are signed with, in one of the two ways of Standard Webhooks 1.0.0. */
public sealed interface SigningKey permits SigningSecret, SigningKeyPair {
  /** The two ways. */
  enum Scheme {
    /** HMAC-SHA256: sender and receiver share the secret. */
    V1("v1"),
    /** Ed25519: the receiver knows the public key alone. */
    V1A("v1a");

    private final String word;

    Scheme(String word) {
      this.word = word;
    }

    /** As it stands in front of each signature. */
    public String word() {
      return word;
    }
  }

  Scheme scheme();

  /** The key itself, in its text form: to store it encrypted. */
  String reveal();

  /** The signature of a message that comes in two parts, as bytes. */
  byte[] sign(byte[] prefix, byte[] body);

  /**
   * Reads either text form.
   *
   * @throws IllegalArgumentException with a sentence for the user, in which the text is not quoted
   */
  static SigningKey parse(String text) {
    return text.strip().startsWith(SigningKeyPair.PREFIX)
        ? SigningKeyPair.parse(text)
        : SigningSecret.parse(text);
  }

  /** A new key. */
  static SigningKey generate(Scheme scheme, SecureRandom random) {
    return switch (scheme) {
      case V1 -> SigningSecret.generate(random);
      case V1A -> SigningKeyPair.generate(random);
    };
  }
}
