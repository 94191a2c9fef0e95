package io.sequitur.workflows.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sequitur.workflows.json.Problem;
import java.util.ArrayList;
import java.util.List;

/** The argument of a workflow: JSON whose texts are templates. */
public final class WorkflowInput {
  /** As it is written. */
  private static final int MAX_WRITTEN = 16 << 10;

  /** As it is sent, in characters: three bytes each at most, of the 2 MB that Temporal takes. */
  private static final int MAX_FILLED = 512 << 10;

  private static final int MAX_DIGITS = 100;

  private WorkflowInput() {}

  /** What is wrong with an input, with pointers below {@code at}. */
  static List<Problem> problems(JsonNode input, String at) {
    List<Problem> problems = new ArrayList<>();
    if (!input.isObject()) {
      problems.add(new Problem(at, "Must be an object: it is the workflow's one argument."));
    } else if (input.toString().length() > MAX_WRITTEN) {
      problems.add(new Problem(at, "Has more than %d characters of JSON.".formatted(MAX_WRITTEN)));
    } else {
      check(input, at, problems);
    }
    return problems;
  }

  private static void check(JsonNode node, String at, List<Problem> problems) {
    if (node.isObject()) {
      node.properties()
          .forEach(entry -> {
            String field = Problem.child(at, entry.getKey());
            Texts.storableProblem(entry.getKey())
                .ifPresent(detail -> problems.add(new Problem(field, "Its name: " + detail)));
            check(entry.getValue(), field, problems);
          });
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        check(node.get(i), Problem.child(at, i), problems);
      }
    } else if (node.isTextual()) {
      Texts.storableProblem(node.textValue())
          .or(() -> Template.problem(node.textValue()))
          .ifPresent(detail -> problems.add(new Problem(at, detail)));
    } else if (node.isNumber()
        && (node.asText().length() > MAX_DIGITS || Double.isInfinite(node.doubleValue()))) {
      problems.add(new Problem(at, "The number is too large; write it as a string."));
    }
  }

  /**
   * The input for an event.
   *
   * @throws TemplateFailure if the event lacks a field, or the result gets too large
   */
  public static JsonNode fill(JsonNode input, EventContext event) {
    return fill(input, event, new Room());
  }

  private static JsonNode fill(JsonNode node, EventContext event, Room room) {
    if (node.isObject()) {
      ObjectNode filled = JsonNodeFactory.instance.objectNode();
      node.properties()
          .forEach(entry -> filled.set(entry.getKey(), fill(entry.getValue(), event, room)));
      return filled;
    }
    if (node.isArray()) {
      ArrayNode filled = JsonNodeFactory.instance.arrayNode();
      node.forEach(element -> filled.add(fill(element, event, room)));
      return filled;
    }
    if (!node.isTextual()) {
      return node;
    }
    JsonNode value = Template.parse(node.textValue()).value(event);
    room.take(value);
    return value;
  }

  /** A small template can stand for all of an event's data, many times over. */
  private static final class Room {
    private int left = MAX_FILLED;

    void take(JsonNode value) {
      left -= value.isTextual() ? value.textValue().length() : value.toString().length();
      if (left < 0) {
        throw new TemplateFailure(
            "the input has more than %d characters for this event".formatted(MAX_FILLED));
      }
    }
  }
}
