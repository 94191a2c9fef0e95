package io.sequitur.workflows.catalogue;

import com.google.common.collect.ImmutableList;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.CelCall;
import dev.cel.common.ast.CelExpr.CelComprehension;
import dev.cel.common.ast.CelExpr.CelMap;
import dev.cel.common.ast.CelExpr.CelSelect;
import dev.cel.common.types.SimpleType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Rewrites a checked filter so that it pays for what it does: loops before each turn, and by a
 * function of ours whatever may fail, for failures are dear. The meaning stays the same.
 */
final class MeteredFilter {
  /** What CEL does around each turn of a loop, in steps. */
  private static final int TURN = 20;

  private final CelAbstractSyntaxTree filter;

  private MeteredFilter(CelAbstractSyntaxTree filter) {
    this.filter = filter;
  }

  static CelAbstractSyntaxTree of(CelAbstractSyntaxTree filter) {
    CelExpr metered = new MeteredFilter(filter).rewrite(filter.getExpr());
    return CelAbstractSyntaxTree.newCheckedAst(
        metered, filter.getSource(), filter.getReferenceMap(), filter.getTypeMap());
  }

  private CelExpr rewrite(CelExpr expr) {
    return switch (expr.exprKind().getKind()) {
      case CONSTANT, IDENT, NOT_SET -> expr;
      case STRUCT -> throw new IllegalStateException("filters have no message types");
      case SELECT -> select(expr.id(), expr.select());
      case CALL -> expr.toBuilder().setCall(call(expr.call())).build();
      case LIST ->
          CelExpr.ofList(
              expr.id(), rewritten(expr.list().elements()), expr.list().optionalIndices());
      case MAP -> expr.toBuilder().setMap(map(expr.map())).build();
      case COMPREHENSION ->
          expr.toBuilder().setComprehension(loop(expr.id(), expr.comprehension())).build();
    };
  }

  private ImmutableList<CelExpr> rewritten(List<CelExpr> exprs) {
    return exprs.stream().map(this::rewrite).collect(ImmutableList.toImmutableList());
  }

  private CelExpr select(long id, CelSelect select) {
    String function = select.testOnly() ? FilterFunctions.HAS : FilterFunctions.GET;
    return own(id, function, rewrite(select.operand()), text(select.field()));
  }

  private CelCall call(CelCall call) {
    int conditions =
        switch (call.function()) {
          case "_&&_", "_||_" -> 2;
          case "_?_:_" -> 1;
          default -> 0;
        };
    CelCall.Builder rewritten = call.toBuilder().clearArgs();
    call.target().ifPresent(target -> rewritten.setTarget(rewrite(target)));
    for (int i = 0; i < call.args().size(); i++) {
      CelExpr argument = call.args().get(i);
      rewritten.addArgs(
          i < conditions ? certain(argument, FilterFunctions.TRUTH) : rewrite(argument));
    }
    return rewritten.build();
  }

  private CelMap map(CelMap map) {
    CelMap.Builder rewritten = CelMap.newBuilder();
    for (CelMap.Entry entry : map.entries()) {
      rewritten.addEntries(
          entry.toBuilder().setKey(rewrite(entry.key())).setValue(rewrite(entry.value())).build());
    }
    return rewritten.build();
  }

  private CelComprehension loop(long id, CelComprehension loop) {
    long turn = TURN + FilterTree.size(loop.loopStep()) + FilterTree.size(loop.loopCondition());
    CelExpr pay = own(id, FilterFunctions.PAY, CelExpr.ofConstant(id, CelConstant.ofValue(turn)));
    CelExpr never = CelExpr.ofConstant(id, CelConstant.ofValue(false));
    return loop.toBuilder()
        .setIterRange(certain(loop.iterRange(), FilterFunctions.EACH))
        .setAccuInit(rewrite(loop.accuInit()))
        .setLoopCondition(own(id, "_?_:_", pay, rewrite(loop.loopCondition()), never))
        .setLoopStep(rewrite(loop.loopStep()))
        .setResult(rewrite(loop.result()))
        .build();
  }

  /** What is known only when it is evaluated is tested then. */
  private CelExpr certain(CelExpr expr, String test) {
    boolean unknown = filter.getType(expr.id()).filter(SimpleType.DYN::equals).isPresent();
    return unknown ? own(expr.id(), test, rewrite(expr)) : rewrite(expr);
  }

  private static CelExpr text(String value) {
    return CelExpr.ofConstant(0, CelConstant.ofValue(value));
  }

  /** A call of a function that is found by its name alone, as no user can write it. */
  private static CelExpr own(long id, String function, CelExpr... arguments) {
    return CelExpr.ofCall(
        id,
        Optional.empty(),
        function,
        Stream.of(arguments).collect(ImmutableList.toImmutableList()));
  }
}
