package io.sequitur.workflows.event;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Decodes header values as CloudEvents' HTTP binding, 3.1.3.2 has it. */
final class HttpAttribute {
  private HttpAttribute() {}

  /**
   * Takes the quotes off (RFC 9110, 5.6.4), then the percent-encoding.
   *
   * @throws IllegalArgumentException saying what is wrong
   */
  static String decode(String header) {
    String value = unquoted(header);
    return value.indexOf('%') < 0 ? requireAscii(value) : percentDecoded(requireAscii(value));
  }

  private static String unquoted(String header) {
    if (header.length() < 2 || !header.startsWith("\"") || !header.endsWith("\"")) {
      return header;
    }
    StringBuilder out = new StringBuilder(header.length());
    for (int i = 1; i < header.length() - 1; i++) {
      // A backslash before the closing quote would escape it; then the text had no end.
      if (header.charAt(i) == '\\' && ++i == header.length() - 1) {
        throw new IllegalArgumentException("has a quoted string that does not end");
      }
      out.append(header.charAt(i));
    }
    return out.toString();
  }

  private static String requireAscii(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) > 0x7E) {
        throw new IllegalArgumentException("has characters that must be percent-encoded UTF-8");
      }
    }
    return value;
  }

  private static String percentDecoded(String value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(value.length());
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) == '%') {
        bytes.write(hexByte(value, i + 1));
        i += 2;
      } else {
        bytes.write(value.charAt(i));
      }
    }
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray());
      return StandardCharsets.UTF_8.newDecoder().decode(buffer).toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("is not UTF-8 after percent-decoding", e);
    }
  }

  private static int hexByte(String value, int at) {
    int high = at + 1 < value.length() ? Character.digit(value.charAt(at), 16) : -1;
    int low = at + 1 < value.length() ? Character.digit(value.charAt(at + 1), 16) : -1;
    if (high < 0 || low < 0) {
      throw new IllegalArgumentException("has a % without two hexadecimal digits; write %25");
    }
    return high << 4 | low;
  }
}
