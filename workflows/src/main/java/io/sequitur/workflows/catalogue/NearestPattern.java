package io.sequitur.workflows.catalogue;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Guesses what somebody meant whose patterns do not let a type in. */
final class NearestPattern {
  private NearestPattern() {}

  /** A question to the owner of the patterns, or of the event. */
  static Optional<String> to(String type, List<EventPattern> patterns) {
    for (EventPattern pattern : patterns) {
      if (pattern.isLiteral() && type.startsWith(pattern.prefix() + ".")) {
        return Optional.of(
            "`%s` is that one type; did you mean `%s.*`?".formatted(pattern, pattern));
      }
    }
    return similarType(type, patterns).or(() -> similarBeginning(type, patterns));
  }

  private static Optional<String> similarType(String type, List<EventPattern> patterns) {
    Collection<String> types =
        patterns.stream().filter(EventPattern::isLiteral).map(EventPattern::prefix).toList();
    return Suggestion.of(type, types).map(meant -> "Did you mean `" + meant + "`?");
  }

  private static Optional<String> similarBeginning(String type, List<EventPattern> patterns) {
    for (EventPattern pattern : patterns) {
      String prefix = pattern.prefix();
      if (!pattern.isLiteral() && !prefix.isEmpty() && prefix.length() <= type.length()) {
        String beginning = type.substring(0, prefix.length());
        if (!beginning.equals(prefix) && Suggestion.of(beginning, List.of(prefix)).isPresent()) {
          return Optional.of(
              "The closest is `%s`, but the type begins with `%s`.".formatted(pattern, beginning));
        }
      }
    }
    return Optional.empty();
  }
}
