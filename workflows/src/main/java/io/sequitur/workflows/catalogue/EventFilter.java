package io.sequitur.workflows.catalogue;

import java.util.Optional;

/**
 * A compiled condition on an event, in CEL, over {@code id}, {@code type}, {@code source}, {@code
 * subject}, {@code time}, {@code partitionkey} (texts, empty when absent) and {@code data}.
 * Thread-safe.
 */
public final class EventFilter {
  static final String NO_ANSWER = "the filter's value is neither true nor false";

  private final String expression;
  private final FilterProgram program;

  private EventFilter(String expression, FilterProgram program) {
    this.expression = expression;
    this.program = program;
  }

  /**
   * Compiles and type-checks.
   *
   * @throws IllegalArgumentException with line, column and what to do
   */
  public static EventFilter compile(String expression) {
    if (expression.isBlank()) {
      throw new IllegalArgumentException("A filter must not be empty; leave it out instead.");
    }
    if (expression.length() > FilterLanguage.MAX_EXPRESSION) {
      throw new IllegalArgumentException(
          "A filter has at most " + FilterLanguage.MAX_EXPRESSION + " characters.");
    }
    return new EventFilter(expression, FilterProgram.of(FilterLanguage.check(expression)));
  }

  /** What is wrong with a filter's text. */
  public static Optional<String> problem(String expression) {
    try {
      compile(expression);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Never throws for an event, whatever it holds. */
  public FilterResult evaluate(EventView event) {
    return switch (program.run(event)) {
      case FilterProgram.Result.Value(Boolean passed) ->
          passed ? new FilterResult.Passed() : new FilterResult.Rejected();
      case FilterProgram.Result.Value(Object other) -> new FilterResult.Failed(NO_ANSWER);
      case FilterProgram.Result.Failure(String reason) -> new FilterResult.Failed(reason);
    };
  }

  /**
   * How {@link #evaluate} comes to its result, part by part. Takes far longer than that.
   *
   * @param result of the same event
   */
  FilterPart explain(EventView event, FilterResult result) {
    return new FilterExplainer(FilterLanguage.check(expression), event).explain(result);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EventFilter filter && filter.expression.equals(expression);
  }

  @Override
  public int hashCode() {
    return expression.hashCode();
  }

  /** As it was written. */
  @Override
  public String toString() {
    return expression;
  }
}
