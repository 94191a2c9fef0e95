package io.sequitur.workflows.json;

import org.jspecify.annotations.Nullable;

/**
 * What Jackson lets through: ill-formed UTF-8 in skipped strings, escaped halves of surrogate
 * pairs, a BOM, and NUL, which no PostgreSQL text or jsonb can hold.
 */
final class StrictText {
  private final byte[] json;
  private int at;

  private StrictText(byte[] json) {
    this.json = json;
  }

  /** The first thing that is wrong with the text, or null. */
  static @Nullable String problem(byte[] json) {
    if (json.length >= 3 && json[0] == (byte) 0xEF && json[1] == (byte) 0xBB) {
      return "starts with a byte order mark; send UTF-8 without one (RFC 8259, 8.1)";
    }
    return new StrictText(json).scan();
  }

  private @Nullable String scan() {
    while (at < json.length) {
      byte b = json[at];
      if (b == '\\') {
        String problem = escape();
        if (problem != null) {
          return problem;
        }
      } else if (b > 0) {
        at++;
      } else if (b == 0) {
        return "has a NUL byte at byte " + at;
      } else {
        int length = sequence(b & 0xFF);
        if (length == 0) {
          return "is not valid UTF-8 at byte " + at;
        }
        at += length;
      }
    }
    return null;
  }

  private @Nullable String escape() {
    int unit = unicodeEscape(at);
    if (unit < 0) {
      at += 2;
      return null;
    }
    if (unit == 0) {
      return "has \\u0000 at byte " + at + "; NUL cannot be stored";
    }
    if (!Character.isSurrogate((char) unit)) {
      at += 6;
      return null;
    }
    int next = Character.isHighSurrogate((char) unit) ? unicodeEscape(at + 6) : -1;
    if (next < 0 || !Character.isLowSurrogate((char) next)) {
      return "has half of a surrogate pair at byte " + at;
    }
    at += 12;
    return null;
  }

  /**
   * The code unit of a {@code \\uXXXX} that starts here, or -1; other escapes are left to Jackson.
   */
  private int unicodeEscape(int from) {
    if (from + 6 > json.length || json[from] != '\\' || json[from + 1] != 'u') {
      return -1;
    }
    int unit = 0;
    for (int i = from + 2; i < from + 6; i++) {
      int digit = Character.digit(json[i], 16);
      if (digit < 0) {
        return -1;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  /** Length of the well-formed sequence here (Unicode, table 3-7), or 0. */
  private int sequence(int lead) {
    if (lead >= 0xC2 && lead <= 0xDF) {
      return continues(1, 0x80, 0xBF) ? 2 : 0;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
      int low = lead == 0xE0 ? 0xA0 : 0x80;
      int high = lead == 0xED ? 0x9F : 0xBF;
      return continues(1, low, high) && continues(2, 0x80, 0xBF) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
      int low = lead == 0xF0 ? 0x90 : 0x80;
      int high = lead == 0xF4 ? 0x8F : 0xBF;
      return continues(1, low, high) && continues(2, 0x80, 0xBF) && continues(3, 0x80, 0xBF)
          ? 4
          : 0;
    }
    return 0;
  }

  private boolean continues(int offset, int low, int high) {
    int i = at + offset;
    return i < json.length && (json[i] & 0xFF) >= low && (json[i] & 0xFF) <= high;
  }
}
