package io.sequitur.workflows.event;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/** What CloudEvents 1.0 (sections 2 and 3) and our limits demand of an attribute. */
final class AttributeRules {
  private AttributeRules() {}

  /** What is wrong with an attribute's name, or null. */
  static @Nullable String nameProblem(String name) {
    boolean wellFormed = !name.isEmpty();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      wellFormed &= (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    }
    if (!wellFormed) {
      return "An attribute's name is lower-case letters a-z and digits only.";
    }
    return name.length() > EventLimits.MAX_NAME
        ? "An attribute's name has at most " + EventLimits.MAX_NAME + " characters."
        : null;
  }

  /** What is wrong with a string attribute's value, or null. */
  static @Nullable String valueProblem(String name, String value) {
    int max =
        switch (name) {
          case "type" -> EventLimits.MAX_TYPE;
          case "id", "source", "subject", "time", "datacontenttype", "dataschema", "partitionkey" ->
              EventLimits.MAX_TEXT;
          default -> Integer.MAX_VALUE;
        };
    if (value.length() > max) {
      return "`%s` has %d characters; at most %d are allowed.".formatted(name, value.length(), max);
    }
    String text = textProblem(value);
    if (text != null) {
      return "`" + name + "` " + text;
    }
    return switch (name) {
      case "specversion" -> value.equals("1.0") ? null : "`specversion` must be \"1.0\".";
      case "id", "type", "subject", "partitionkey" -> required(name, value);
      case "source" -> {
        String empty = required(name, value);
        yield empty != null ? empty : uriProblem(name, value, false);
      }
      case "dataschema" -> uriProblem(name, value, true);
      case "time" ->
          Rfc3339.isTimestamp(value)
              ? null
              : "`time` must be an RFC 3339 timestamp such as 2026-01-31T12:00:00Z.";
      case "datacontenttype" ->
          MediaType.isMediaType(value)
              ? null
              : "`datacontenttype` must be a media type such as application/json.";
      default -> null;
    };
  }

  private static @Nullable String required(String name, String value) {
    return value.isEmpty() ? "`" + name + "` must not be empty." : null;
  }

  private static @Nullable String uriProblem(String name, String value, boolean absolute) {
    try {
      URI uri = new URI(value);
      return absolute && !uri.isAbsolute()
          ? "`" + name + "` must be an absolute URI such as https://example.com/schema."
          : null;
    } catch (URISyntaxException e) {
      return "`%s` must be a URI%s; percent-encode what it may not hold (error at character %d)."
          .formatted(name, absolute ? "" : " or a relative reference", e.getIndex() + 1);
    }
  }

  /** CloudEvents strings hold no control characters, lone surrogates or noncharacters (2.1). */
  private static @Nullable String textProblem(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c >= ' ' && c < 0x7F) {
        continue;
      }
      int point = value.codePointAt(i);
      if (Character.isISOControl(point)
          || (point >= 0xD800 && point <= 0xDFFF)
          || (point >= 0xFDD0 && point <= 0xFDEF)
          || (point & 0xFFFE) == 0xFFFE) {
        return "has the character U+%04X at position %d, which is not allowed."
            .formatted(point, i + 1);
      }
      i += Character.charCount(point) - 1;
    }
    return null;
  }
}
