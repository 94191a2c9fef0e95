package io.sequitur.workflows.catalogue;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.bundle.Cel;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.validator.CelAstValidator;

/**
 * Compiles the regular expressions that stand in a filter with the engine that will run them; CEL's
 * own validator asks java.util.regex, which knows another language.
 */
final class RegexLiterals implements CelAstValidator {
  private final int maxProgramSize;

  RegexLiterals(int maxProgramSize) {
    this.maxProgramSize = maxProgramSize;
  }

  @Override
  public void validate(CelNavigableAst ast, Cel cel, IssuesFactory issues) {
    ast.getRoot()
        .allNodes()
        .map(node -> node.expr())
        .filter(RegexLiterals::isMatches)
        .map(expr -> expr.call().args().getLast())
        .filter(RegexLiterals::isText)
        .forEach(pattern -> check(pattern, issues));
  }

  private void check(CelExpr literal, IssuesFactory issues) {
    try {
      int size = Pattern.compile(literal.constant().stringValue()).programSize();
      if (size > maxProgramSize) {
        issues.addError(
            literal.id(),
            "the regular expression is too large (%d steps; at most %d)"
                .formatted(size, maxProgramSize));
      }
    } catch (PatternSyntaxException e) {
      issues.addError(literal.id(), e.getMessage() + " (the syntax is RE2's)");
    }
  }

  private static boolean isMatches(CelExpr expr) {
    return expr.exprKind().getKind() == ExprKind.Kind.CALL
        && expr.call().function().equals("matches")
        && !expr.call().args().isEmpty();
  }

  private static boolean isText(CelExpr expr) {
    return expr.exprKind().getKind() == ExprKind.Kind.CONSTANT
        && expr.constant().getKind() == CelConstant.Kind.STRING_VALUE;
  }
}
