package io.sequitur.workflows.catalogue;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelVariableResolver;
import io.sequitur.workflows.json.Problem;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A compiled condition on an event, in CEL, over {@code id}, {@code type}, {@code source}, {@code
 * subject}, {@code time}, {@code partitionkey} (texts, empty when absent) and {@code data}.
 * Thread-safe.
 */
public final class EventFilter {
  private static final Pattern CEL_MESSAGE =
      Pattern.compile("evaluation error at <input>:(\\d+): (.*)", Pattern.DOTALL);

  private final String expression;
  private final CelRuntime.Program program;

  private EventFilter(String expression, CelRuntime.Program program) {
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
    return new EventFilter(expression, FilterLanguage.compile(expression));
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
    CelVariableResolver variables = name -> Optional.of(event.variable(name));
    try {
      Object value = program.eval(variables);
      if (value instanceof Boolean passed) {
        return passed ? new FilterResult.Passed() : new FilterResult.Rejected();
      }
      return new FilterResult.Failed("the filter's value is neither true nor false");
    } catch (CelEvaluationException | RuntimeException e) {
      return new FilterResult.Failed(reason(e));
    }
  }

  private static String reason(Exception e) {
    String message = String.valueOf(e.getMessage());
    Matcher cel = CEL_MESSAGE.matcher(message);
    String reason = cel.matches() ? cel.group(2) : message;
    // This wording repeats the arguments, which may be long, and leaves the reason to the cause.
    if (reason.startsWith("Function '")) {
      reason = String.valueOf(root(e).getMessage());
    }
    String place =
        cel.matches() ? " (at character " + (Integer.parseInt(cel.group(1)) + 1) + ")" : "";
    return Problem.shorten(reason, 300) + place;
  }

  private static Throwable root(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
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
