package io.sequitur.workflows.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.sequitur.workflows.json.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A text with fields of an event in it: {@code deploy-{{ event.id }}}. A template that is one field
 * and nothing else has that field's JSON value; every other one is a text. Immutable.
 */
public final class Template {
  private static final String OPEN = "{{";
  private static final String CLOSE = "}}";

  private sealed interface Part {}

  private record Literal(String text) implements Part {}

  private record Field(FieldPath path) implements Part {}

  private final String written;
  private final List<Part> parts;

  private Template(String written, List<Part> parts) {
    this.written = written;
    this.parts = List.copyOf(parts);
  }

  /**
   * @throws IllegalArgumentException with a sentence for the user
   */
  public static Template parse(String written) {
    List<Part> parts = new ArrayList<>();
    int at = 0;
    for (int open = written.indexOf(OPEN); open >= 0; open = written.indexOf(OPEN, at)) {
      int close = written.indexOf(CLOSE, open);
      if (close < 0) {
        throw new IllegalArgumentException(
            "The `{{` at position %d has no `}}`.".formatted(open + 1));
      }
      if (open > at) {
        parts.add(new Literal(written.substring(at, open)));
      }
      parts.add(new Field(FieldPath.parse(written.substring(open + 2, close).strip())));
      at = close + 2;
    }
    if (at < written.length()) {
      parts.add(new Literal(written.substring(at)));
    }
    return new Template(written, parts);
  }

  /** What is wrong with a template's text. */
  public static Optional<String> problem(String written) {
    try {
      parse(written);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * The value for an event.
   *
   * @throws TemplateFailure if the event lacks a field, or a part of a text is no simple value
   */
  public JsonNode value(EventContext event) {
    return parts.size() == 1 && parts.getFirst() instanceof Field field
        ? field.path.in(event)
        : TextNode.valueOf(text(event));
  }

  /**
   * The value as a text, whatever the template.
   *
   * @throws TemplateFailure if the event lacks a field, or a part is no simple value
   */
  public String text(EventContext event) {
    StringBuilder text = new StringBuilder();
    for (Part part : parts) {
      text.append(
          switch (part) {
            case Literal literal -> literal.text;
            case Field field -> simple(field.path, field.path.in(event));
          });
    }
    return text.toString();
  }

  private static String simple(FieldPath path, JsonNode value) {
    if (value.isContainerNode() || value.isNull()) {
      throw new TemplateFailure(
          "`%s` is %s in this event, which cannot stand in a text"
              .formatted(
                  Problem.shorten(path.written(), 60),
                  value.isObject() ? "an object" : value.isArray() ? "a list" : "null"));
    }
    return value.asText();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Template template && template.written.equals(written);
  }

  @Override
  public int hashCode() {
    return written.hashCode();
  }

  /** As it was written. */
  @Override
  public String toString() {
    return written;
  }
}
