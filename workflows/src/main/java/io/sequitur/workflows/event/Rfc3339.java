package io.sequitur.workflows.event;

import java.time.YearMonth;

/** The timestamps of RFC 3339, section 5.6; checked by hand because every event has one. */
final class Rfc3339 {
  private static final String SHAPE = "dddd-dd-ddTdd:dd:dd";

  private Rfc3339() {}

  static boolean isTimestamp(String text) {
    if (text.length() > 64 || text.length() <= SHAPE.length() || !hasShape(text, 0, SHAPE)) {
      return false;
    }
    int zone = afterFraction(text);
    return zone > 0 && isDate(text) && isTime(text) && isZone(text, zone);
  }

  private static int afterFraction(String text) {
    int at = SHAPE.length();
    if (text.charAt(at) != '.') {
      return at;
    }
    int digit = at + 1;
    while (digit < text.length() && isDigit(text.charAt(digit))) {
      digit++;
    }
    return digit > at + 1 ? digit : -1;
  }

  private static boolean isDate(String text) {
    int month = number(text, 5);
    int day = number(text, 8);
    int year = number(text, 0) * 100 + number(text, 2);
    return month >= 1 && month <= 12 && YearMonth.of(year, month).isValidDay(day);
  }

  private static boolean isTime(String text) {
    // 60 is a leap second.
    return number(text, 11) <= 23 && number(text, 14) <= 59 && number(text, 17) <= 60;
  }

  private static boolean isZone(String text, int at) {
    int left = text.length() - at;
    if (left == 1) {
      return text.charAt(at) == 'Z' || text.charAt(at) == 'z';
    }
    return left == 6
        && (text.charAt(at) == '+' || text.charAt(at) == '-')
        && hasShape(text, at + 1, "dd:dd")
        && number(text, at + 1) <= 23
        && number(text, at + 4) <= 59;
  }

  private static boolean hasShape(String text, int from, String shape) {
    for (int i = 0; i < shape.length(); i++) {
      char c = text.charAt(from + i);
      boolean fits =
          switch (shape.charAt(i)) {
            case 'd' -> isDigit(c);
            case 'T' -> c == 'T' || c == 't';
            default -> c == shape.charAt(i);
          };
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private static int number(String text, int from) {
    return (text.charAt(from) - '0') * 10 + text.charAt(from + 1) - '0';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
