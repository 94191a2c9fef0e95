package io.sequitur.workflows.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.sequitur.workflows.json.Problem;
import io.sequitur.workflows.text.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one object of a definition. Whatever is wrong is noted with its place, and a
 * harmless value returned, so that one reading finds every problem. {@code null} is the same as
 * absent.
 */
public sealed class Fields permits RecordedFields {
  private final JsonNode node;
  private final String at;
  private final List<Problem> problems;

  Fields(JsonNode node, String at, List<Problem> problems) {
    this.node = node;
    this.at = at;
    this.problems = problems;
  }

  /**
   * Takes the node if it is an object, and notes every field that is not {@code known}.
   *
   * @param at the node's own pointer
   */
  public static Fields of(JsonNode node, String at, List<Problem> problems, String... known) {
    if (!node.isObject()) {
      problems.add(new Problem(at, "Must be an object, not " + kind(node) + "."));
      return new Fields(JsonNodeFactory.instance.objectNode(), at, problems);
    }
    Fields fields = new Fields(node, at, problems);
    node.fieldNames().forEachRemaining(name -> fields.requireKnown(name, List.of(known)));
    return fields;
  }

  private void requireKnown(String name, List<String> known) {
    if (!known.contains(name)) {
      String meant =
          Suggestion.of(name, known).map(close -> " Did you mean `" + close + "`?").orElse("");
      problem(
          name,
          "Unknown field `%s`.%s Known: %s."
              .formatted(Problem.shorten(name, 64), meant, String.join(", ", known)));
    }
  }

  /** Notes a problem with a field. */
  public void problem(String field, String detail) {
    problems.add(new Problem(Problem.child(at, field), detail));
  }

  /** Notes a problem inside a field; the pointer begins at the field. */
  public void problemAt(String field, String pointer, String detail) {
    problems.add(new Problem(Problem.child(at, field) + pointer, detail));
  }

  /** Notes a problem with the object as a whole. */
  public void problem(String detail) {
    problems.add(new Problem(at, detail));
  }

  public boolean has(String field) {
    return node.hasNonNull(field);
  }

  public boolean isEmptyList(String field) {
    return node.path(field).isArray() && node.path(field).isEmpty();
  }

  /** Whatever stands there, or null when absent. */
  public @Nullable JsonNode any(String field) {
    return has(field) ? node.path(field) : null;
  }

  /** A text without control characters, or null when absent or wrong. */
  public @Nullable String text(String field, int maxLength) {
    return text(field, maxLength, Texts::lineProblem);
  }

  /** A text that may have several lines, or null when absent or wrong. */
  public @Nullable String lines(String field, int maxLength) {
    return text(field, maxLength, Texts::linesProblem);
  }

  /** A text that {@code check} finds no problem with, or null when absent or wrong. */
  public @Nullable String text(
      String field, int maxLength, Function<String, Optional<String>> check) {
    JsonNode value = node.path(field);
    return value.isMissingNode() || value.isNull()
        ? null
        : element(value, Problem.child(at, field), maxLength, check);
  }

  /** Like {@link #text(String, int, Function)}; a missing one is noted, and gives an empty text. */
  public String requiredText(
      String field, int maxLength, Function<String, Optional<String>> check) {
    String value = text(field, maxLength, check);
    if (value == null && !has(field)) {
      problem(field, "`" + field + "` is required.");
    }
    return value == null ? "" : value;
  }

  private @Nullable String element(
      JsonNode value, String pointer, int maxLength, Function<String, Optional<String>> check) {
    if (!value.isTextual()) {
      problems.add(new Problem(pointer, "Must be a string, not " + kind(value) + "."));
      return null;
    }
    String text = value.textValue();
    Optional<String> problem =
        text.length() > maxLength
            ? Optional.of(
                "Has %d characters; at most %d are allowed.".formatted(text.length(), maxLength))
            : Texts.storableProblem(text).or(() -> check.apply(text));
    problem.ifPresent(detail -> problems.add(new Problem(pointer, detail)));
    return problem.isPresent() ? null : text;
  }

  /** A value of any kind, or null when absent or {@code check} finds something wrong with it. */
  public @Nullable JsonNode value(String field, BiFunction<JsonNode, String, List<Problem>> check) {
    if (!has(field)) {
      return null;
    }
    List<Problem> found = check.apply(node.path(field), Problem.child(at, field));
    problems.addAll(found);
    return found.isEmpty() ? node.path(field) : null;
  }

  public boolean flag(String field, boolean otherwise) {
    JsonNode value = node.path(field);
    if (has(field) && !value.isBoolean()) {
      problem(field, "Must be true or false, not " + kind(value) + ".");
    }
    return value.isBoolean() ? value.booleanValue() : otherwise;
  }

  public int integer(String field, int otherwise, int min, int max) {
    JsonNode value = node.path(field);
    if (!has(field)) {
      return otherwise;
    }
    if (value.isIntegralNumber() && value.canConvertToInt()) {
      int number = value.intValue();
      if (number >= min && number <= max) {
        return number;
      }
    }
    problem(field, "Must be a whole number from %d to %d.".formatted(min, max));
    return otherwise;
  }

  public Duration duration(String field, Duration otherwise, Duration min, Duration max) {
    if (!has(field)) {
      return otherwise;
    }
    JsonNode value = node.path(field);
    Optional<Duration> duration =
        value.isTextual() ? Durations.read(value.textValue()) : Optional.empty();
    if (duration.isEmpty()) {
      problem(
          field, "Must be a duration with a unit, such as \"500ms\", \"15s\", \"5m\" or \"24h\".");
    } else if (duration.get().compareTo(min) < 0 || duration.get().compareTo(max) > 0) {
      problem(
          field, "Must be from %s to %s.".formatted(Durations.format(min), Durations.format(max)));
    } else {
      return duration.get();
    }
    return otherwise;
  }

  /** One of the constants, written in lower case. */
  public <E extends Enum<E>> E choice(String field, E otherwise, E[] values) {
    if (!has(field)) {
      return otherwise;
    }
    String written = node.path(field).textValue();
    for (E value : values) {
      if (value.name().toLowerCase(Locale.ROOT).equals(written)) {
        return value;
      }
    }
    String known =
        Stream.of(values)
            .map(value -> '"' + value.name().toLowerCase(Locale.ROOT) + '"')
            .collect(Collectors.joining(" or "));
    problem(field, "Must be " + known + ".");
    return otherwise;
  }

  /** Distinct texts without problems; empty when absent. */
  public List<String> texts(String field, int max, Function<String, Optional<String>> check) {
    List<String> texts = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Element element : elements(field, max)) {
      String text = element(element.node, element.at, Integer.MAX_VALUE, check);
      if (text != null && !seen.add(text)) {
        problems.add(new Problem(element.at, "Stands twice in the list."));
      } else if (text != null) {
        texts.add(text);
      }
    }
    return texts;
  }

  /** The objects of a list; empty when absent. */
  public List<Fields> objects(String field, int max, String... known) {
    return elements(field, max).stream()
        .map(element -> of(element.node, element.at, problems, known))
        .toList();
  }

  /** The object, or null when absent. */
  public @Nullable Fields object(String field, String... known) {
    return has(field) ? of(node.path(field), Problem.child(at, field), problems, known) : null;
  }

  private record Element(JsonNode node, String at) {}

  private List<Element> elements(String field, int max) {
    JsonNode list = node.path(field);
    if (!has(field)) {
      return List.of();
    }
    if (!list.isArray() || list.size() > max) {
      problem(
          field,
          list.isArray()
              ? "Has %d entries; at most %d are allowed.".formatted(list.size(), max)
              : "Must be a list, not " + kind(list) + ".");
      return List.of();
    }
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      elements.add(new Element(list.get(i), Problem.child(Problem.child(at, field), i)));
    }
    return elements;
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case OBJECT, POJO -> "an object";
      case ARRAY -> "a list";
      case STRING, BINARY -> "a string";
      case NUMBER -> "a number";
      case BOOLEAN -> "a boolean";
      case NULL, MISSING -> "null";
    };
  }
}
