package io.sequitur.workflows.json;

/**
 * One thing that is wrong with a document.
 *
 * @param pointer where, as a JSON pointer (RFC 6901); empty for the whole document
 * @param detail what is wrong and what to do, in a sentence without secrets
 */
public record Problem(String pointer, String detail) {
  // Whatever the input was, an answer that lists its problems stays small.
  private static final int MAX_POINTER = 300;
  private static final int MAX_DETAIL = 600;

  public Problem {
    pointer = shorten(pointer, MAX_POINTER);
    detail = shorten(detail, MAX_DETAIL);
  }

  /** {@code parent} with one more reference token, escaped. */
  public static String child(String parent, String token) {
    return parent + "/" + shorten(token, 64).replace("~", "~0").replace("/", "~1");
  }

  /** {@code parent} with an array index. */
  public static String child(String parent, int index) {
    return parent + "/" + index;
  }

  /** The text, or its beginning and an ellipsis; never half of a surrogate pair. */
  public static String shorten(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max;
    return text.substring(0, end) + "…";
  }

  @Override
  public String toString() {
    return pointer + ": " + detail;
  }
}
