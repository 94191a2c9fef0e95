package io.sequitur.workflows.catalogue;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind;
import dev.cel.parser.CelUnparser;
import dev.cel.parser.CelUnparserFactory;
import io.sequitur.workflows.catalogue.FilterPart.Join;
import io.sequitur.workflows.catalogue.FilterPart.Outcome;
import io.sequitur.workflows.catalogue.FilterPart.Seen;
import io.sequitur.workflows.catalogue.FilterProgram.Result;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;
import java.util.stream.Stream;

/**
 * Takes a filter apart at {@code &&}, {@code ||} and {@code !}, and evaluates each part alone with
 * the very programs that decide.
 */
final class FilterExplainer {
  private final CelAbstractSyntaxTree filter;
  private final EventView event;
  private final CelUnparser unparser = CelUnparserFactory.newUnparser();

  FilterExplainer(CelAbstractSyntaxTree filter, EventView event) {
    this.filter = filter;
    this.event = event;
  }

  /**
   * @param decided what the whole filter said; it is right where the parts say otherwise
   */
  FilterPart explain(FilterResult decided) {
    FilterPart whole = part();
    return switch (decided) {
      case FilterResult.Passed passed -> whole.ended(Outcome.TRUE, null);
      case FilterResult.Rejected rejected -> whole.ended(Outcome.FALSE, null);
      case FilterResult.Failed failed -> whole.ended(Outcome.ERROR, failed.reason());
    };
  }

  /** What the parts, each alone, make of the whole. */
  FilterPart part() {
    return part(filter.getExpr());
  }

  private FilterPart part(CelExpr expr) {
    if (isCall(expr, "_&&_")) {
      return joined(expr, Join.ALL, chain(expr, "_&&_").toList());
    }
    if (isCall(expr, "_||_")) {
      return joined(expr, Join.ANY, chain(expr, "_||_").toList());
    }
    if (isCall(expr, "!_") && isJoined(expr.call().args().getFirst())) {
      return joined(expr, Join.NOT, expr.call().args());
    }
    return leaf(expr);
  }

  private FilterPart joined(CelExpr expr, Join join, List<CelExpr> operands) {
    return FilterPart.joined(text(expr), join, operands.stream().map(this::part).toList());
  }

  private FilterPart leaf(CelExpr expr) {
    SequencedSet<Seen> seen = new LinkedHashSet<>();
    places(expr).forEach(place -> seen.add(see(place)));
    List<Seen> values = List.copyOf(seen);
    return switch (FilterProgram.of(filter, expr).run(event)) {
      case Result.Value(Boolean holds) ->
          FilterPart.leaf(text(expr), holds ? Outcome.TRUE : Outcome.FALSE, values, null);
      case Result.Value(Object other) ->
          FilterPart.leaf(text(expr), Outcome.ERROR, values, EventFilter.NO_ANSWER);
      case Result.Failure(String reason) ->
          FilterPart.leaf(text(expr), Outcome.ERROR, values, reason);
    };
  }

  /** The places of the event that a part names, from left to right; none of a loop's variables. */
  private static Stream<CelExpr> places(CelExpr expr) {
    if (isPlace(expr)) {
      return Stream.of(expr);
    }
    Stream<CelExpr> places = FilterTree.children(expr).flatMap(FilterExplainer::places);
    return expr.exprKind().getKind() == ExprKind.Kind.COMPREHENSION
        ? places.filter(place -> !variable(place).equals(expr.comprehension().iterVar()))
        : places;
  }

  /** The variable that a place begins with. */
  private static String variable(CelExpr place) {
    return place.exprKind().getKind() == ExprKind.Kind.IDENT
        ? place.ident().name()
        : variable(holder(place));
  }

  private static CelExpr holder(CelExpr place) {
    return place.exprKind().getKind() == ExprKind.Kind.SELECT
        ? place.select().operand()
        : place.call().args().getFirst();
  }

  /** A variable, a member of a place, or what stands in a place under a fixed key. */
  private static boolean isPlace(CelExpr expr) {
    return switch (expr.exprKind().getKind()) {
      case IDENT -> FilterLanguage.isVariable(expr.ident().name());
      case SELECT -> isPlace(expr.select().operand());
      case CALL ->
          isCall(expr, "_[_]")
              && isPlace(expr.call().args().getFirst())
              && expr.call().args().getLast().exprKind().getKind() == ExprKind.Kind.CONSTANT;
      case CONSTANT, LIST, STRUCT, MAP, COMPREHENSION, NOT_SET -> false;
    };
  }

  private Seen see(CelExpr place) {
    // has(a.b) asks for a.b without reading it.
    CelExpr read =
        place.exprKind().getKind() == ExprKind.Kind.SELECT
            ? CelExpr.ofSelect(0, place.select().operand(), place.select().field(), false)
            : place;
    return switch (FilterProgram.of(filter, read).run(event)) {
      case Result.Value(Object value) -> new Seen(text(read), FilterValue.text(value), null);
      case Result.Failure(String reason) -> new Seen(text(read), null, absence(read, reason));
    };
  }

  /** Why there is nothing at a place: the first step on the way that leads nowhere. */
  private String absence(CelExpr place, String reason) {
    if (place.exprKind().getKind() == ExprKind.Kind.IDENT) {
      return "cannot be read: " + reason;
    }
    CelExpr holder = holder(place);
    return switch (FilterProgram.of(filter, holder).run(event)) {
      case Result.Value(Object value) -> FilterValue.absence(text(holder), value);
      case Result.Failure failure -> absence(holder, reason);
    };
  }

  private String text(CelExpr expr) {
    return unparser.unparse(FilterLanguage.part(filter, expr));
  }

  /** CEL's parser makes a tree of {@code a && b && c}. */
  private static Stream<CelExpr> chain(CelExpr expr, String operator) {
    return isCall(expr, operator)
        ? expr.call().args().stream().flatMap(operand -> chain(operand, operator))
        : Stream.of(expr);
  }

  private static boolean isJoined(CelExpr expr) {
    return isCall(expr, "_&&_")
        || isCall(expr, "_||_")
        || (isCall(expr, "!_") && isJoined(expr.call().args().getFirst()));
  }

  private static boolean isCall(CelExpr expr, String function) {
    return FilterTree.isCall(expr, function);
  }
}
