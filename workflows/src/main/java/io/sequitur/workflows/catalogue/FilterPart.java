package io.sequitur.workflows.catalogue;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one part of a filter.
 *
 * @param expression as it was written, but for spaces and quotes
 * @param join how the parts make this one; null if it has none
 * @param problem why it could not be evaluated, where no value says so
 * @param values what of the event it looked at; only where there are no parts
 */
public record FilterPart(
    String expression,
    Outcome outcome,
    @Nullable Join join,
    List<FilterPart> parts,
    List<Seen> values,
    @Nullable String problem) {

  /** What a part says of the event. */
  public enum Outcome {
    TRUE,
    FALSE,
    /** It could not be evaluated. */
    ERROR
  }

  /** How parts are joined. */
  public enum Join {
    /** {@code &&}. */
    ALL,
    /** {@code ||}. */
    ANY,
    /** {@code !} before several parts. */
    NOT
  }

  /**
   * A place of the event.
   *
   * @param value in JSON, shortened; null if there is none
   * @param problem why there is none, such as {@code is missing}
   */
  public record Seen(String expression, @Nullable String value, @Nullable String problem) {
    /** Such as {@code data.action was "opened"}. */
    public String sentence() {
      return expression + " " + (value == null ? problem : "was " + value);
    }
  }

  public FilterPart {
    parts = List.copyOf(parts);
    values = List.copyOf(values);
  }

  static FilterPart leaf(
      String expression, Outcome outcome, List<Seen> values, @Nullable String problem) {
    return new FilterPart(expression, outcome, null, List.of(), values, problem);
  }

  /** Parts that are joined as CEL does it: an error counts only if the others do not decide. */
  static FilterPart joined(String expression, Join join, List<FilterPart> parts) {
    Outcome outcome =
        switch (join) {
          case ALL -> decided(parts, Outcome.FALSE, Outcome.TRUE);
          case ANY -> decided(parts, Outcome.TRUE, Outcome.FALSE);
          case NOT -> opposite(parts.getFirst().outcome);
        };
    return new FilterPart(expression, outcome, join, parts, List.of(), null);
  }

  private static Outcome decided(List<FilterPart> parts, Outcome one, Outcome otherwise) {
    List<Outcome> outcomes = parts.stream().map(FilterPart::outcome).toList();
    if (outcomes.contains(one)) {
      return one;
    }
    return outcomes.contains(Outcome.ERROR) ? Outcome.ERROR : otherwise;
  }

  private static Outcome opposite(Outcome outcome) {
    return switch (outcome) {
      case TRUE -> Outcome.FALSE;
      case FALSE -> Outcome.TRUE;
      case ERROR -> Outcome.ERROR;
    };
  }

  /** The same where the filter as a whole ended otherwise than its parts, each alone, make it. */
  FilterPart ended(Outcome otherwise, @Nullable String why) {
    return outcome == otherwise
        ? this
        : new FilterPart(expression, otherwise, join, parts, values, why);
  }
}
