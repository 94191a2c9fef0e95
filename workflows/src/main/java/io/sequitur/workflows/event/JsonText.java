package io.sequitur.workflows.event;

/** JSON strings with as few escapes as RFC 8259, section 7 allows. */
final class JsonText {
  private static final String HEX = "0123456789abcdef";

  private JsonText() {}

  static void appendQuoted(StringBuilder out, String text) {
    out.append('"');
    int copied = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c != '"' && c != '\\') {
        continue;
      }
      out.append(text, copied, i);
      appendEscaped(out, c);
      copied = i + 1;
    }
    out.append(text, copied, text.length()).append('"');
  }

  private static void appendEscaped(StringBuilder out, char c) {
    switch (c) {
      case '"', '\\' -> out.append('\\').append(c);
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
    }
  }
}
