package io.sequitur.workflows.catalogue;

import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelExpr.ExprKind;
import java.util.List;
import java.util.stream.Stream;

/** Walks over the parts of a filter. */
final class FilterTree {
  private FilterTree() {}

  /** How many parts of parts the expression has, itself included. */
  static long size(CelExpr expr) {
    return 1 + children(expr).mapToLong(FilterTree::size).sum();
  }

  /** The expression and all parts of it. */
  static Stream<CelExpr> all(CelExpr expr) {
    return Stream.concat(Stream.of(expr), children(expr).flatMap(FilterTree::all));
  }

  static boolean isText(CelExpr expr) {
    return expr.exprKind().getKind() == ExprKind.Kind.CONSTANT
        && expr.constant().getKind() == CelConstant.Kind.STRING_VALUE;
  }

  static boolean isCall(CelExpr expr, String function) {
    return expr.exprKind().getKind() == ExprKind.Kind.CALL
        && expr.call().function().equals(function);
  }

  /** What a call is given, its receiver first. */
  static List<CelExpr> operands(CelCall call) {
    return Stream.concat(call.target().stream(), call.args().stream()).toList();
  }

  /** The parts of an expression, from left to right. */
  static Stream<CelExpr> children(CelExpr expr) {
    return switch (expr.exprKind().getKind()) {
      case CONSTANT, IDENT, NOT_SET -> Stream.of();
      case SELECT -> Stream.of(expr.select().operand());
      case CALL -> operands(expr.call()).stream();
      case LIST -> expr.list().elements().stream();
      case STRUCT -> expr.struct().entries().stream().map(entry -> entry.value());
      case MAP ->
          expr.map().entries().stream().flatMap(entry -> Stream.of(entry.key(), entry.value()));
      case COMPREHENSION -> children(expr.comprehension());
    };
  }

  private static Stream<CelExpr> children(CelComprehension loop) {
    return Stream.of(
        loop.iterRange(), loop.accuInit(), loop.loopCondition(), loop.loopStep(), loop.result());
  }
}
