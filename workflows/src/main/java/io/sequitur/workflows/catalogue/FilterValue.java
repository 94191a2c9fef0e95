package io.sequitur.workflows.catalogue;

import dev.cel.common.values.NullValue;
import io.sequitur.workflows.json.Problem;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Values of CEL as people read them. */
final class FilterValue {
  private static final int LONGEST = 120;

  private FilterValue() {}

  /** In JSON; of a long one the beginning. */
  static String text(Object value) {
    StringBuilder text = new StringBuilder();
    write(value, text);
    return Problem.shorten(text.toString(), LONGEST);
  }

  /** Why this value, which stands at a place, has nothing at the next. */
  static String absence(String place, Object value) {
    return switch (value) {
      case Map<?, ?> map -> "is missing";
      case List<?> list when list.size() == 1 -> "is missing: " + place + " has 1 entry";
      case List<?> list -> "is missing: " + place + " has " + list.size() + " entries";
      default -> "is missing: " + place + " is " + text(value);
    };
  }

  // What is cut off anyway need not be written.
  private static void write(Object value, StringBuilder text) {
    if (text.length() > LONGEST) {
      return;
    }
    switch (value) {
      case String string -> quote(string, text);
      case List<?> list -> {
        text.append('[');
        for (Iterator<?> i = list.iterator(); i.hasNext() && text.length() <= LONGEST; ) {
          write(i.next(), text);
          text.append(i.hasNext() ? "," : "");
        }
        text.append(']');
      }
      case Map<?, ?> map -> {
        text.append('{');
        for (Iterator<? extends Map.Entry<?, ?>> i = map.entrySet().iterator();
            i.hasNext() && text.length() <= LONGEST; ) {
          Map.Entry<?, ?> member = i.next();
          write(member.getKey(), text);
          write(member.getValue(), text.append(':'));
          text.append(i.hasNext() ? "," : "");
        }
        text.append('}');
      }
      case NullValue none -> text.append("null");
      default -> text.append(value);
    }
  }

  private static void quote(String string, StringBuilder text) {
    text.append('"');
    for (int i = 0; i < Math.min(string.length(), LONGEST); i++) {
      char c = string.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (Character.isISOControl(c)) {
        text.append("\\u%04x".formatted((int) c));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }
}
