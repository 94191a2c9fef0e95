package io.sequitur.workflows.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Map;
import java.util.TreeMap;

/**
 * The JSON Canonicalization Scheme (RFC 8785): one text for every value, whoever writes it. Objects
 * are sorted by the UTF-16 code units of their names, and numbers are written as ECMAScript does.
 */
public final class CanonicalJson {
  /** From so many digits before the point on, ECMAScript writes an exponent. */
  private static final int LONGEST_INTEGER = 21;

  /** With so many zeros behind the point, too. */
  private static final int MOST_ZEROS = 6;

  private CanonicalJson() {}

  /**
   * The canonical text.
   *
   * @throws IllegalArgumentException if a number has no IEEE 754 double
   */
  public static String of(JsonNode node) {
    StringBuilder text = new StringBuilder();
    append(text, node);
    return text.toString();
  }

  /** Whether a double holds this number with all its digits. */
  public static boolean isExact(BigDecimal number) {
    double value = number.doubleValue();
    return Double.isFinite(value) && shortest(value).compareTo(number) == 0;
  }

  private static void append(StringBuilder text, JsonNode node) {
    switch (node.getNodeType()) {
      case OBJECT -> appendObject(text, node);
      case ARRAY -> {
        text.append('[');
        for (int i = 0; i < node.size(); i++) {
          append(i == 0 ? text : text.append(','), node.get(i));
        }
        text.append(']');
      }
      case STRING -> appendString(text, node.textValue());
      case NUMBER -> text.append(number(node.decimalValue().doubleValue()));
      case BOOLEAN -> text.append(node.booleanValue());
      case NULL -> text.append("null");
      case BINARY, POJO, MISSING ->
          throw new IllegalArgumentException("no JSON: " + node.getNodeType());
    }
  }

  private static void appendObject(StringBuilder text, JsonNode node) {
    Map<String, JsonNode> sorted = new TreeMap<>();
    node.properties().forEach(field -> sorted.put(field.getKey(), field.getValue()));
    String separator = "{";
    for (Map.Entry<String, JsonNode> field : sorted.entrySet()) {
      appendString(text.append(separator), field.getKey());
      append(text.append(':'), field.getValue());
      separator = ",";
    }
    text.append(sorted.isEmpty() ? "{}" : "}");
  }

  private static void appendString(StringBuilder text, String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\b' -> text.append("\\b");
        case '\t' -> text.append("\\t");
        case '\n' -> text.append("\\n");
        case '\f' -> text.append("\\f");
        case '\r' -> text.append("\\r");
        default -> {
          if (c < ' ') {
            text.append("\\u%04x".formatted((int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }

  /** As ECMAScript's Number::toString. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("a number is too large for a double");
    }
    if (value == 0) {
      return "0";
    }
    BigDecimal shortest = shortest(Math.abs(value));
    String digits = shortest.unscaledValue().toString();
    // Where the point stands, counted from the first digit.
    int point = digits.length() - shortest.scale();
    return (value < 0 ? "-" : "") + positioned(digits, point);
  }

  private static String positioned(String digits, int point) {
    int length = digits.length();
    if (point > 0 && point <= LONGEST_INTEGER) {
      return length <= point
          ? digits + "0".repeat(point - length)
          : digits.substring(0, point) + "." + digits.substring(point);
    }
    if (point <= 0 && point > -MOST_ZEROS) {
      return "0." + "0".repeat(-point) + digits;
    }
    int exponent = point - 1;
    return digits.charAt(0)
        + (length == 1 ? "" : "." + digits.substring(1))
        + (exponent < 0 ? "e-" : "e+")
        + Math.abs(exponent);
  }

  // Java writes the shortest digits that give the double back, but at least two of them.
  private static BigDecimal shortest(double value) {
    BigDecimal single = new BigDecimal(value).round(new MathContext(1));
    return (single.doubleValue() == value ? single : new BigDecimal(Double.toString(value)))
        .stripTrailingZeros();
  }
}
