package io.sequitur.workflows.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import java.util.Optional;

/**
 * Regular expressions by RE2, which takes time in proportion to the text, whatever the expression;
 * so it has no look-around and no back-references.
 */
final class LinearRegex implements RegularExpressionFactory {
  private static final int MAX_PROGRAM = 1_000;

  /** Characters times program size: some tenths of a second. */
  private static final long MAX_WORK = 20_000_000;

  /** What is wrong with an expression; empty when it can be used. */
  static Optional<String> problem(String regex) {
    try {
      int size = compile(regex).programSize();
      return size <= MAX_PROGRAM
          ? Optional.empty()
          : Optional.of(
              "This regular expression is too large (%d steps; at most %d)."
                  .formatted(size, MAX_PROGRAM));
    } catch (PatternSyntaxException e) {
      return Optional.of(
          "This is no regular expression of RE2, which has no look-around and no back-references: "
              + e.getDescription()
              + ".");
    }
  }

  @Override
  public RegularExpression getRegularExpression(String regex) {
    Pattern pattern = compile(regex);
    int size = pattern.programSize();
    return text -> {
      if ((long) size * text.length() > MAX_WORK) {
        throw new TooCostly("a text is too long for the expression " + regex);
      }
      return pattern.matcher(text).find();
    };
  }

  private static Pattern compile(String regex) {
    return Pattern.compile(translated(regex));
  }

  /** ECMAScript's {@code \\uXXXX}, which JSON Schema prescribes, is RE2's {@code \\x{XXXX}}. */
  private static String translated(String regex) {
    StringBuilder out = new StringBuilder(regex.length());
    int at = 0;
    while (at < regex.length()) {
      char c = regex.charAt(at);
      if (c == '\\' && isUnicodeEscape(regex, at)) {
        out.append("\\x{").append(regex, at + 2, at + 6).append('}');
        at += 6;
      } else {
        int end = Math.min(regex.length(), c == '\\' ? at + 2 : at + 1);
        out.append(regex, at, end);
        at = end;
      }
    }
    return out.toString();
  }

  private static boolean isUnicodeEscape(String regex, int at) {
    if (at + 6 > regex.length() || regex.charAt(at + 1) != 'u') {
      return false;
    }
    return regex.substring(at + 2, at + 6).chars().allMatch(c -> Character.digit(c, 16) >= 0);
  }
}
