package io.sequitur.workflows.catalogue;

import dev.cel.common.values.NullValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where in an event stands what separates the windows of a condition: an attribute, or a field of
 * the data such as {@code data.order.id}.
 */
public final class ForEach {
  private static final int MAX_LENGTH = 255;
  private static final String DATA = "data";
  private static final List<String> ATTRIBUTES =
      List.of("subject", "source", "type", "partitionkey");
  private static final String USE =
      "Use subject, source, type, partitionkey, or a field of the data such as data.order.id.";

  private final String text;
  private final String variable;
  private final List<String> members;

  private ForEach(String text) {
    List<String> parts = List.of(text.split("\\.", -1));
    this.text = text;
    this.variable = parts.getFirst();
    this.members = parts.subList(1, parts.size());
  }

  /**
   * @throws IllegalArgumentException with the sentence of {@link #problem}
   */
  public static ForEach of(String text) {
    problem(text)
        .ifPresent(problem -> {
          throw new IllegalArgumentException(problem);
        });
    return new ForEach(text);
  }

  /** What is wrong with the text. */
  public static Optional<String> problem(String text) {
    if (text.length() > MAX_LENGTH) {
      return Optional.of("`forEach` has at most " + MAX_LENGTH + " characters.");
    }
    List<String> parts = List.of(text.split("\\.", -1));
    String first = parts.getFirst();
    if (first.equals(DATA)) {
      boolean named = parts.size() > 1 && parts.stream().noneMatch(String::isBlank);
      return named
          ? Optional.empty()
          : Optional.of("`forEach` must name a field of the data, such as data.order.id.");
    }
    if (first.equals("id") || first.equals("time")) {
      return Optional.of(
          "`forEach: " + first + "` would give every event a window of its own. " + USE);
    }
    if (ATTRIBUTES.contains(first)) {
      return parts.size() == 1
          ? Optional.empty()
          : Optional.of("`" + first + "` is a text and has no fields. " + USE);
    }
    String meant =
        Suggestion.of(first, ATTRIBUTES).map(close -> " Did you mean `" + close + "`?").orElse("");
    return Optional.of("`forEach` cannot be this." + meant + " " + USE);
  }

  /**
   * The event's value, as text: {@code 7} and {@code "7"} are the same. Null when it is absent:
   * missing, empty, null, or an object or list, which are no keys.
   */
  public @Nullable String key(EventView event) {
    @Nullable Object value = event.variable(variable);
    for (String member : members) {
      value = value instanceof Map<?, ?> map ? map.get(member) : null;
    }
    String key =
        switch (value) {
          case null -> "";
          case String attribute -> attribute;
          case Boolean flag -> flag.toString();
          case Long number -> number.toString();
          case Double number -> number(number);
          case NullValue absent -> "";
          case Object structure -> "";
        };
    return key.isEmpty() ? null : key;
  }

  /** 7.0 is 7, as in JSON it may come as either. */
  private static String number(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1L << 53
        ? Long.toString((long) number)
        : Double.toString(number);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ForEach path && path.text.equals(text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** As it was written. */
  @Override
  public String toString() {
    return text;
  }
}
