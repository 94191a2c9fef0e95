package io.sequitur.workflows.catalogue;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.bundle.Cel;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.validator.CelAstValidator;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compiles the regular expressions of a filter once, with the engine that will run them; CEL's own
 * validator asks java.util.regex, which knows another language. They must stand in the filter: one
 * that came with the event could be of any size.
 */
final class RegexLiterals implements CelAstValidator {

  private final int maxProgramSize;

  RegexLiterals(int maxProgramSize) {
    this.maxProgramSize = maxProgramSize;
  }

  /** The compiled regular expressions of a valid filter, by their texts. */
  static Map<String, Pattern> of(CelExpr filter) {
    return patterns(filter)
        .map(pattern -> pattern.constant().stringValue())
        .distinct()
        .collect(Collectors.toUnmodifiableMap(Function.identity(), Pattern::compile));
  }

  @Override
  public void validate(CelNavigableAst ast, Cel cel, IssuesFactory issues) {
    patterns(ast.getRoot().expr()).forEach(pattern -> check(pattern, issues));
  }

  private static Stream<CelExpr> patterns(CelExpr filter) {
    return FilterTree.all(filter)
        .filter(expr -> FilterTree.isCall(expr, "matches"))
        .map(expr -> expr.call().args().getLast());
  }

  private void check(CelExpr pattern, IssuesFactory issues) {
    if (!FilterTree.isText(pattern)) {
      issues.addError(
          pattern.id(), "the regular expression must be written here as a text, such as '^acme/'");
      return;
    }
    try {
      int size = Pattern.compile(pattern.constant().stringValue()).programSize();
      if (size > maxProgramSize) {
        issues.addError(
            pattern.id(),
            "the regular expression is too large (%d steps; at most %d)"
                .formatted(size, maxProgramSize));
      }
    } catch (PatternSyntaxException e) {
      issues.addError(pattern.id(), e.getMessage() + " (the syntax is RE2's)");
    }
  }
}
