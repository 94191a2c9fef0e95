package io.sequitur.api.cli.text;

/**
 * Lays JSON text out over lines. It moves white space only, never a character of a value: numbers,
 * escapes, the order of keys and doubled keys stay as they came, which no parser would promise.
 */
public final class PrettyJson {
  private final String text;
  private final StringBuilder out = new StringBuilder();
  private int depth;

  private PrettyJson(String text) {
    this.text = text;
  }

  /**
   * The text with two blanks of indentation per level; text that is not JSON comes out in some
   * layout too.
   */
  public static String indent(String text) {
    return new PrettyJson(text).layOut();
  }

  private String layOut() {
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        int end = endOfString(at);
        out.append(text, at, end);
        at = end;
      } else {
        structural(c, at);
        at++;
      }
    }
    return out.toString();
  }

  private void structural(char c, int at) {
    switch (c) {
      case ' ', '\t', '\r', '\n' -> {}
      case '{', '[' -> open(c, at);
      case '}', ']' -> close(c);
      case ',' -> {
        out.append(c);
        newLine();
      }
      case ':' -> out.append(": ");
      default -> out.append(c);
    }
  }

  private void open(char c, int at) {
    out.append(c);
    depth++;
    if (!closesAtOnce(at + 1)) {
      newLine();
    }
  }

  private void close(char c) {
    depth = Math.max(0, depth - 1);
    char last = out.isEmpty() ? ' ' : out.charAt(out.length() - 1);
    if (last != '{' && last != '[') {
      newLine();
    }
    out.append(c);
  }

  private boolean closesAtOnce(int from) {
    int at = from;
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at < text.length() && (text.charAt(at) == '}' || text.charAt(at) == ']');
  }

  private int endOfString(int start) {
    int at = start + 1;
    while (at < text.length() && text.charAt(at) != '"') {
      at += text.charAt(at) == '\\' ? 2 : 1;
    }
    return Math.min(at + 1, text.length());
  }

  private void newLine() {
    out.append('\n').append("  ".repeat(depth));
  }
}
