package io.sequitur.api.document;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes YAML that every version of it reads the same way: plain only what can be nothing but a
 * text, else quoted as in JSON.
 */
public final class YamlWriter {
  private static final Pattern SAFE =
      Pattern.compile("[A-Za-z][A-Za-z0-9_./-]*(:[A-Za-z0-9_./-]+)*");
  // YAML 1.1 takes these for booleans.
  private static final Pattern BOOLEAN =
      Pattern.compile("y|n|yes|no|on|off", Pattern.CASE_INSENSITIVE);
  // What is not printable, or ends a line for some readers.
  private static final Pattern SPECIAL =
      Pattern.compile(
          "[^\\x20-\\x7E\\xA0-\\uD7FF\\uE000-\\uFFFD\\x{10000}-\\x{10FFFF}]|[\\u2028\\u2029\\uFEFF]");

  private final StringBuilder out = new StringBuilder();

  private YamlWriter() {}

  /** The tree as a document. */
  public static String write(JsonNode root) {
    YamlWriter writer = new YamlWriter();
    writer.node(root, "");
    return writer.out.toString();
  }

  // Stands at the beginning of a line, behind its indent.
  private void node(JsonNode node, String indent) {
    if (node.isEmpty()) {
      out.append(scalar(node)).append('\n');
    } else if (node.isArray()) {
      String before = "";
      for (JsonNode item : node) {
        out.append(before).append("- ");
        node(item, indent + "  ");
        before = indent;
      }
    } else {
      String before = "";
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        out.append(before).append(text(entry.getKey())).append(':');
        before = indent;
        boolean nested = !entry.getValue().isEmpty();
        out.append(nested ? "\n" + indent + "  " : " ");
        node(entry.getValue(), indent + "  ");
      }
    }
  }

  private static String scalar(JsonNode node) {
    return node.isTextual() ? text(node.textValue()) : node.toString();
  }

  private static String text(String text) {
    boolean plain =
        SAFE.matcher(text).matches() && !BOOLEAN.matcher(text).matches() && YamlScalar.isText(text);
    if (plain) {
      return text;
    }
    String quoted = TextNode.valueOf(text).toString();
    return SPECIAL
        .matcher(quoted)
        .replaceAll(
            match -> Matcher.quoteReplacement("\\u%04X".formatted(match.group().codePointAt(0))));
  }
}
