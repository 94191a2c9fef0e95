package io.sequitur.workflows.catalogue;

import java.util.stream.Collectors;

/**
 * Why an event starts a trigger, or why not.
 *
 * @param sentence for the trigger's owner
 */
public record MatchExplanation(Verdict verdict, String sentence) {
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
      return new MatchExplanation(Verdict.OTHER_TYPE, otherType(rule, event.type()));
    }
    return switch (rule.filtered(event)) {
      case FilterResult.Passed passed ->
          new MatchExplanation(Verdict.MATCHES, matches(rule, event.type()));
      case FilterResult.Rejected rejected ->
          new MatchExplanation(
              Verdict.FILTER_FALSE, "The filter `" + rule.filter() + "` is false.");
      case FilterResult.Failed failed ->
          new MatchExplanation(
              Verdict.FILTER_FAILED,
              "The filter `%s` could not be evaluated, which counts as no match: %s."
                  .formatted(rule.filter(), failed.reason()));
    };
  }

  private static String otherType(TriggerRule rule, String type) {
    boolean own = type.startsWith(EventPattern.OWN);
    String needed =
        own ? " The engine's own types need a pattern that begins with `sequitur.`." : "";
    if (rule.patterns().isEmpty()) {
      return "The trigger has no patterns, so it takes all user events, but not `%s`.%s"
          .formatted(type, needed);
    }
    String patterns =
        rule.patterns().stream()
            .limit(20)
            .map(pattern -> "`" + pattern + "`")
            .collect(Collectors.joining(", "));
    return "The type `%s` matches none of the patterns %s.%s".formatted(type, patterns, needed);
  }

  private static String matches(TriggerRule rule, String type) {
    String why =
        rule.matching(type)
            .map(pattern -> "The type `" + type + "` matches the pattern `" + pattern + "`")
            .orElse("The trigger takes all user events");
    return why + (rule.filter() == null ? "." : ", and the filter is true.");
  }
}
