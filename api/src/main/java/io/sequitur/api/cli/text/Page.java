package io.sequitur.api.cli.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One thing's fields, a label and a value on each line. */
public final class Page {
  private record Field(String label, String value) {}

  private final Terminal terminal;
  private final List<Field> fields = new ArrayList<>();

  public Page(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Adds a line, unless there is nothing to say. */
  public Page field(String label, String value) {
    if (!value.isEmpty()) {
      fields.add(new Field(label, value));
    }
    return this;
  }

  public Page field(String label, JsonNode value) {
    return field(label, Json.plain(value));
  }

  /** Adds a line for every field of the object; a list of objects takes a line for each. */
  public Page fields(JsonNode object) {
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      JsonNode value = entry.getValue();
      if (value.isArray() && value.path(0).isObject()) {
        value.forEach(element -> field(entry.getKey(), members(element)));
      } else {
        field(entry.getKey(), value.isObject() ? members(value) : Json.plain(value));
      }
    }
    return this;
  }

  /** Prints the lines; a label that repeats is written once. */
  public void print() {
    int width = fields.stream().mapToInt(field -> field.label().length()).max().orElse(0);
    String before = "";
    for (Field field : fields) {
      String label = field.label().equals(before) ? "" : field.label();
      before = field.label();
      Colour colour =
          label.equals("state") || label.equals("status")
              ? Colour.ofState(field.value())
              : Colour.NONE;
      String padded = label + " ".repeat(width - label.length() + 2);
      terminal
          .out()
          .println(Colour.FAINT.paint(terminal, padded) + colour.paint(terminal, field.value()));
    }
  }

  private static String members(JsonNode object) {
    List<String> members = new ArrayList<>();
    object
        .properties()
        .forEach(entry -> {
          String value = Json.plain(entry.getValue());
          if (!value.isEmpty()) {
            members.add(entry.getKey() + "=" + value);
          }
        });
    return String.join("  ", members);
  }
}
