package io.sequitur.workflows.catalogue;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Why an event starts a trigger, or why not. What decides is what routing asks too, so the two
 * cannot disagree.
 *
 * @param sentence for the trigger's owner
 * @param pattern the first that lets the type in; null if none does, or the trigger has none
 * @param filter null if there is none, or the type is not let in
 */
public record MatchExplanation(
    Verdict verdict, String sentence, @Nullable String pattern, @Nullable FilterPart filter) {
  private static final int PATTERNS_SHOWN = 20;

  /** What decided. */
  public enum Verdict {
    MATCHES,
    OTHER_TYPE,
    FILTER_FALSE,
    FILTER_FAILED
  }

  /** Asks the rule about the event, and says what decided. */
  public static MatchExplanation of(TriggerRule rule, EventView event) {
    if (!rule.selects(event.type())) {
      return new MatchExplanation(Verdict.OTHER_TYPE, otherType(rule, event.type()), null, null);
    }
    String pattern = rule.matching(event.type()).map(EventPattern::toString).orElse(null);
    FilterResult result = rule.filtered(event);
    EventFilter filter = rule.filter();
    FilterPart parts = filter == null ? null : filter.explain(event, result);
    return switch (result) {
      case FilterResult.Passed passed ->
          new MatchExplanation(
              Verdict.MATCHES, matches(rule, event.type(), pattern), pattern, parts);
      case FilterResult.Rejected rejected ->
          new MatchExplanation(
              Verdict.FILTER_FALSE, "The filter `" + filter + "` is false.", pattern, parts);
      case FilterResult.Failed failed ->
          new MatchExplanation(
              Verdict.FILTER_FAILED,
              "The filter `%s` could not be evaluated, which counts as no match: %s."
                  .formatted(filter, failed.reason()),
              pattern,
              parts);
    };
  }

  public boolean matches() {
    return verdict == Verdict.MATCHES;
  }

  private static String otherType(TriggerRule rule, String type) {
    if (rule.patterns().isEmpty()) {
      return "The trigger has no patterns, so it takes all user events, but not `%s`.%s"
          .formatted(type, needed(type));
    }
    String patterns =
        rule.patterns().stream()
            .limit(PATTERNS_SHOWN)
            .map(pattern -> "`" + pattern + "`")
            .collect(Collectors.joining(", "));
    String more = rule.patterns().size() > PATTERNS_SHOWN ? ", …" : "";
    String meant = NearestPattern.to(type, rule.patterns()).map(" "::concat).orElse("");
    return "The type `%s` matches none of the patterns %s.%s%s"
        .formatted(type, patterns + more, needed(type), meant);
  }

  private static String needed(String type) {
    return type.startsWith(EventPattern.OWN)
        ? " The engine's own types need a pattern that begins with `sequitur.`."
        : "";
  }

  private static String matches(TriggerRule rule, String type, @Nullable String pattern) {
    String why =
        pattern == null
            ? "The trigger takes all user events"
            : "The type `" + type + "` matches the pattern `" + pattern + "`";
    return why + (rule.filter() == null ? "." : ", and the filter is true.");
  }
}
