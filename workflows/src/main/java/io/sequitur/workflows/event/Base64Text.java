package io.sequitur.workflows.event;

/** Recognises Base64 (RFC 4648, section 4) without decoding it. */
final class Base64Text {
  private Base64Text() {}

  static boolean isBase64(String text) {
    int length = text.length();
    if (length % 4 != 0) {
      return false;
    }
    int end = text.endsWith("==") ? length - 2 : text.endsWith("=") ? length - 1 : length;
    for (int i = 0; i < end; i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isDigit(char c) {
    return (c >= 'A' && c <= 'Z')
        || (c >= 'a' && c <= 'z')
        || (c >= '0' && c <= '9')
        || c == '+'
        || c == '/';
  }
}
