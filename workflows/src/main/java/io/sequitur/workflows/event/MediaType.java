package io.sequitur.workflows.event;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** As much of a media type (RFC 2045, 5.1) as decides how data is carried. */
record MediaType(String essence, String parameters) {
  private static final String TOKEN_SIGNS = "!#$&-^_.+%'*`|~";

  /** Whether the text begins with {@code type/subtype}; parameters are the publisher's affair. */
  static boolean isMediaType(String text) {
    String essence = of(text).essence;
    int slash = essence.indexOf('/');
    return slash > 0
        && isToken(essence.substring(0, slash))
        && isToken(essence.substring(slash + 1));
  }

  static MediaType of(String text) {
    int end = text.indexOf(';');
    String essence = end < 0 ? text : text.substring(0, end);
    return new MediaType(
        essence.strip().toLowerCase(Locale.ROOT), end < 0 ? "" : text.substring(end + 1));
  }

  boolean isJson() {
    return essence.endsWith("/json") || essence.endsWith("+json");
  }

  boolean isText() {
    return essence.startsWith("text/");
  }

  /** The charset parameter, UTF-8 without one, null if this JVM does not know it. */
  @Nullable Charset charset() {
    for (String parameter : parameters.split(";")) {
      int equals = parameter.indexOf('=');
      if (equals > 0 && parameter.substring(0, equals).strip().equalsIgnoreCase("charset")) {
        return charsetNamed(parameter.substring(equals + 1).strip().replace("\"", ""));
      }
    }
    return StandardCharsets.UTF_8;
  }

  private static @Nullable Charset charsetNamed(String name) {
    try {
      return Charset.forName(name);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return null;
    }
  }

  private static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letterOrDigit = c < 0x7F && Character.isLetterOrDigit(c);
      if (!letterOrDigit && TOKEN_SIGNS.indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
