package io.sequitur.workflows.catalogue;

import io.sequitur.workflows.catalogue.Condition.Absence;
import io.sequitur.workflows.catalogue.Condition.Threshold;
import io.sequitur.workflows.text.Durations;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an event means to the condition of a trigger, for the trigger's owner.
 *
 * @param closing the pattern of {@code absent} that lets the event in; null if none does
 */
public record ConditionRole(String sentence, @Nullable String closing) {
  /**
   * Nothing if there is no condition, or the event means nothing to it.
   *
   * @param matched whether the trigger's own patterns and filter let the event in
   */
  public static Optional<ConditionRole> of(StoredTrigger trigger, String type, boolean matched) {
    return switch (trigger.condition()) {
      case null -> Optional.empty();
      case Threshold threshold ->
          matched ? Optional.of(new ConditionRole(counts(threshold), null)) : Optional.empty();
      case Absence absence -> of(absence, type, matched && trigger.lets(type));
    };
  }

  private static Optional<ConditionRole> of(Absence absence, String type, boolean opens) {
    String closing =
        absence.absent().stream()
            .filter(pattern -> pattern.matches(type))
            .findFirst()
            .map(EventPattern::toString)
            .orElse(null);
    if (closing == null && !opens) {
      return Optional.empty();
    }
    String closes =
        closing == null ? "" : "It calls off a window that is open" + each(absence) + ".";
    String opening = opens ? opens(absence) : "Nothing else is done.";
    return Optional.of(new ConditionRole((closes + " " + opening).strip(), closing));
  }

  private static String counts(Threshold threshold) {
    return "It is counted: the trigger acts when there are %d within %s%s."
        .formatted(threshold.threshold(), Durations.format(threshold.within()), each(threshold));
  }

  private static String opens(Absence absence) {
    return "It opens a window: the trigger acts if no %s follows within %s%s."
        .formatted(names(absence.absent()), Durations.format(absence.within()), each(absence));
  }

  private static String each(Condition condition) {
    ForEach forEach = condition.forEach();
    return forEach == null ? "" : " for the same `" + forEach + "`";
  }

  private static String names(List<EventPattern> patterns) {
    return patterns.stream()
        .map(pattern -> "`" + pattern + "`")
        .collect(Collectors.joining(" or "));
  }
}
