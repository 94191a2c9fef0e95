package io.sequitur.workflows.catalogue;

import com.google.re2j.Pattern;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import io.sequitur.workflows.json.Problem;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;

/** A checked filter, or a part of one, ready to run. Thread-safe. */
final class FilterProgram {
  private static final java.util.regex.Pattern CEL_MESSAGE =
      java.util.regex.Pattern.compile(
          "evaluation error at <input>:(\\d+): (.*)", java.util.regex.Pattern.DOTALL);

  private final CelRuntime.Program program;
  private final Map<String, Pattern> regexes;

  private FilterProgram(CelAbstractSyntaxTree ast) {
    this.program = FilterLanguage.program(ast);
    this.regexes = RegexLiterals.of(ast.getExpr());
  }

  static FilterProgram of(CelAbstractSyntaxTree ast) {
    return new FilterProgram(ast);
  }

  /** A part of the filter that stands alone: it uses no variable of a loop. */
  static FilterProgram of(CelAbstractSyntaxTree ast, CelExpr part) {
    return new FilterProgram(FilterLanguage.part(ast, part));
  }

  /** What an evaluation gave. */
  sealed interface Result {
    /** A value of CEL. */
    record Value(Object value) implements Result {}

    /** None; the reason is for the owner of the filter. */
    record Failure(String reason) implements Result {}
  }

  /** Never throws for an event, whatever it holds. */
  Result run(EventView event) {
    Evaluation.begin(regexes);
    try {
      return new Result.Value(program.eval(name -> Optional.of(event.variable(name))));
    } catch (CelEvaluationException | RuntimeException e) {
      return new Result.Failure(reason(e));
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
}
