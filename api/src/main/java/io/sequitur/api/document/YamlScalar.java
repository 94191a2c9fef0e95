package io.sequitur.api.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sequitur.api.document.DocumentReader.Unreadable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a plain scalar means by the core schema of YAML 1.2 (§10.3.2), where {@code on}, {@code yes}
 * and {@code 1:30} are texts. Infinity and not-a-number, which JSON has no word for, are texts too.
 */
final class YamlScalar {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(\\.[0-9]++|[0-9]++(\\.[0-9]*+)?)([eE][-+]?[0-9]++)?");
  private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]++");
  private static final Pattern OCTAL = Pattern.compile("0o[0-7]++");
  private static final Pattern HEXADECIMAL = Pattern.compile("0x[0-9a-fA-F]++");

  private YamlScalar() {}

  static JsonNode plain(String text, Place place) {
    return switch (text) {
      case "", "~", "null", "Null", "NULL" -> NODES.nullNode();
      case "true", "True", "TRUE" -> NODES.booleanNode(true);
      case "false", "False", "FALSE" -> NODES.booleanNode(false);
      default -> isNumber(text) ? number(text, place) : NODES.textNode(text);
    };
  }

  /** Whether a plain scalar of this text is a text. */
  static boolean isText(String text) {
    return !isNumber(text) && plain(text, Place.START).isTextual();
  }

  private static boolean isNumber(String text) {
    return DECIMAL.matcher(text).matches()
        || OCTAL.matcher(text).matches()
        || HEXADECIMAL.matcher(text).matches();
  }

  static JsonNode number(String text, Place place) {
    return text.length() > DocumentReader.MAX_NUMBER
        ? refuse(place)
        : parsed(text).orElseGet(() -> refuse(place));
  }

  private static Optional<JsonNode> parsed(String text) {
    try {
      if (text.startsWith("0x") || text.startsWith("0o")) {
        return Optional.of(
            whole(new BigInteger(text.substring(2), text.charAt(1) == 'x' ? 16 : 8)));
      }
      return Optional.of(
          WHOLE.matcher(text).matches()
              ? whole(new BigInteger(text))
              : NODES.numberNode(new BigDecimal(text)));
    } catch (NumberFormatException e) {
      // An exponent of ten digits.
      return Optional.empty();
    }
  }

  private static JsonNode whole(BigInteger number) {
    return number.bitLength() < Integer.SIZE
        ? NODES.numberNode(number.intValueExact())
        : NODES.numberNode(number);
  }

  private static JsonNode refuse(Place place) {
    throw new Unreadable(place, "This number is too long.");
  }
}
