package io.sequitur.workflows.catalogue;

import java.util.Optional;

/** Which characters texts of definitions may hold. */
final class Texts {
  private Texts() {}

  /** PostgreSQL's text holds neither NUL nor half of a surrogate pair. */
  static Optional<String> storableProblem(String text) {
    for (int i = 0; i < text.length(); i++) {
      int point = text.codePointAt(i);
      if (point == 0 || (point >= 0xD800 && point <= 0xDFFF)) {
        return character(point, i);
      }
      i += Character.charCount(point) - 1;
    }
    return Optional.empty();
  }

  /** One line: no control characters. */
  static Optional<String> lineProblem(String text) {
    return problem(text, "");
  }

  /** Several lines: line ends and tabs, no other control characters. */
  static Optional<String> linesProblem(String text) {
    return problem(text, "\n\r\t");
  }

  private static Optional<String> problem(String text, String allowed) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) && allowed.indexOf(c) < 0) {
        return character(c, i);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> character(int point, int index) {
    return Optional.of(
        "Has the character U+%04X at position %d, which is not allowed."
            .formatted(point, index + 1));
  }
}
