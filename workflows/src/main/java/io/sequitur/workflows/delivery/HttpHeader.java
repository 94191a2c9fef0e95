package io.sequitur.workflows.delivery;

import java.util.Locale;

/**
 * One request header.
 *
 * @param sensitive the value came from a secret or an environment variable and is shown nowhere
 */
public record HttpHeader(String name, String value, boolean sensitive) {

  /** A header whose value anyone with access to the webhook may see. */
  public static HttpHeader open(String name, String value) {
    return new HttpHeader(name, value, false);
  }

  /** A header whose value is a secret. */
  public static HttpHeader secret(String name, String value) {
    return new HttpHeader(name, value, true);
  }

  /** The name as compared: header names have no case. */
  String key() {
    return name.toLowerCase(Locale.ROOT);
  }

  /** Without the value, which may be a secret even where nobody said so. */
  @Override
  public String toString() {
    return name + ": ***";
  }
}
