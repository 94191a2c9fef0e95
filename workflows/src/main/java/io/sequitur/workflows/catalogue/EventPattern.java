package io.sequitur.workflows.catalogue;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which event types are meant: {@code *} stands for any run of characters, also an empty one;
 * everything else for itself. Types {@code sequitur.*} are matched only by patterns that begin so.
 */
public final class EventPattern {
  /** What the engine's own types begin with. */
  public static final String OWN = "sequitur.";

  private static final int MAX_LENGTH = 255;
  private static final Pattern STARS = Pattern.compile("\\*+");

  private final String text;
  private final List<String> parts;
  private final boolean own;

  private EventPattern(String text) {
    this.text = text;
    this.parts = List.of(STARS.split(text, -1));
    this.own = text.startsWith(OWN);
  }

  /**
   * @throws IllegalArgumentException with the sentence of {@link #problem}
   */
  public static EventPattern of(String text) {
    problem(text)
        .ifPresent(problem -> {
          throw new IllegalArgumentException(problem);
        });
    return new EventPattern(text);
  }

  /** What is wrong with the text of a pattern. */
  public static Optional<String> problem(String text) {
    if (text.isEmpty()) {
      return Optional.of("An event pattern must not be empty; `*` matches every type.");
    }
    if (text.length() > MAX_LENGTH) {
      return Optional.of("An event pattern has at most " + MAX_LENGTH + " characters.");
    }
    return text.chars().anyMatch(c -> Character.isISOControl(c) || Character.isWhitespace(c))
        ? Optional.of("An event pattern has no spaces or control characters: `com.example.*`.")
        : Optional.empty();
  }

  /** Whether events of this type are meant. */
  public boolean matches(String type) {
    if (!own && type.startsWith(OWN)) {
      return false;
    }
    String first = parts.getFirst();
    if (parts.size() == 1) {
      return first.equals(type);
    }
    String last = parts.getLast();
    return type.length() >= first.length() + last.length()
        && type.startsWith(first)
        && type.endsWith(last)
        && holdsMiddle(type, first.length(), type.length() - last.length());
  }

  /** The leftmost place for each part leaves the most room for the rest: no backtracking. */
  private boolean holdsMiddle(String type, int from, int to) {
    int at = from;
    for (String part : parts.subList(1, parts.size() - 1)) {
      int found = type.indexOf(part, at, to);
      if (found < 0) {
        return false;
      }
      at = found + part.length();
    }
    return true;
  }

  /** Whether the pattern has no {@code *}, so that {@link #prefix} is the one type it matches. */
  boolean isLiteral() {
    return parts.size() == 1;
  }

  /** What every matching type begins with. */
  String prefix() {
    return parts.getFirst();
  }

  /** What every matching type ends with, behind the prefix. */
  String suffix() {
    return parts.getLast();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EventPattern pattern && pattern.text.equals(text);
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
