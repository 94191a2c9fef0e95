package io.sequitur.workflows.catalogue;

import com.google.errorprone.annotations.Immutable;
import dev.cel.common.CelErrorCode;
import dev.cel.common.exceptions.CelRuntimeException;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelFunctionOverload;
import java.util.ArrayList;
import java.util.List;

/**
 * One of CEL's functions that pays for what it looks at, and for failing. CEL itself would write
 * all arguments into the message of a failure, whatever their size.
 */
final class MeteredFunction {
  private final String name;
  private final List<CelFunctionBinding> overloads;
  private final Price price;

  /** What a call pays for. */
  enum Price {
    NOTHING,
    EQUALITY,
    MEMBERSHIP,
    SEARCH,
    MATCH,
    COPY,
    PARSING,
    ZONE,
    /** The first argument, which may be a long text. */
    FIRST,
    /** The last one. */
    LAST;

    void pay(Evaluation evaluation, Object[] arguments) {
      switch (this) {
        case NOTHING -> evaluation.pay(1);
        case EQUALITY -> evaluation.payForEquality(arguments[0], arguments[1]);
        case MEMBERSHIP -> evaluation.payForMembership(arguments[0], arguments[1]);
        case SEARCH -> evaluation.payForSearch(arguments[0], arguments[1]);
        case MATCH -> evaluation.payForMatch(arguments[0], arguments[1]);
        case COPY -> evaluation.payForCopy(arguments[0], arguments[1]);
        case PARSING -> evaluation.payForParsing(arguments[0]);
        case ZONE -> evaluation.payForZone(arguments[arguments.length - 1]);
        case FIRST -> evaluation.payForText(arguments[0]);
        case LAST -> evaluation.payForText(arguments[arguments.length - 1]);
      }
    }
  }

  MeteredFunction(String name, Price price, List<CelFunctionBinding> overloads) {
    this.name = name;
    this.price = price;
    this.overloads = overloads;
  }

  /** One for each overload, which CEL calls if it knows the types, and one that chooses. */
  List<CelFunctionBinding> bindings() {
    List<CelFunctionBinding> bindings = new ArrayList<>();
    for (CelFunctionBinding overload : overloads) {
      if (!overload.getOverloadId().equals(name)) {
        bindings.add(binding(overload.getOverloadId(), List.of(overload)));
      }
    }
    bindings.add(binding(name, overloads));
    return bindings;
  }

  private CelFunctionBinding binding(String id, List<CelFunctionBinding> candidates) {
    Call call = new Call(name, price, candidates);
    return candidates.getFirst().getArgTypes().size() == 1
        ? CelFunctionBinding.from(id, Object.class, call::one)
        : CelFunctionBinding.from(id, Object.class, Object.class, call::two);
  }

  // The lists never change; CEL's interfaces want to be told.
  @Immutable
  @SuppressWarnings("Immutable")
  private static final class Call {
    private final String name;
    private final Price price;
    private final List<CelFunctionBinding> candidates;

    Call(String name, Price price, List<CelFunctionBinding> candidates) {
      this.name = name;
      this.price = price;
      this.candidates = List.copyOf(candidates);
    }

    Object one(Object argument) {
      return call(argument);
    }

    Object two(Object first, Object second) {
      return call(first, second);
    }

    private Object call(Object... arguments) {
      Evaluation evaluation = Evaluation.current();
      for (CelFunctionBinding candidate : candidates) {
        if (CelFunctionOverload.canHandle(arguments, candidate.getArgTypes(), true)) {
          price.pay(evaluation, arguments);
          try {
            return candidate.getDefinition().apply(arguments);
          } catch (CelRuntimeException e) {
            throw evaluation.failure(String.valueOf(e.getMessage()), e.getErrorCode());
          } catch (CelEvaluationException | RuntimeException e) {
            throw evaluation.failure(String.valueOf(e.getMessage()), CelErrorCode.INVALID_ARGUMENT);
          }
        }
      }
      throw evaluation.failure(
          "No matching overload for function '%s'".formatted(name),
          CelErrorCode.OVERLOAD_NOT_FOUND);
    }
  }
}
