package io.sequitur.workflows.catalogue;

import static dev.cel.runtime.CelStandardFunctions.StandardFunction.*;

import dev.cel.common.CelErrorCode;
import dev.cel.common.CelOptions;
import dev.cel.common.values.NullValue;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelStandardFunctions;
import dev.cel.runtime.CelStandardFunctions.StandardFunction;
import dev.cel.runtime.RuntimeEquality;
import dev.cel.runtime.RuntimeHelpers;
import io.sequitur.workflows.catalogue.MeteredFunction.Price;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** The functions of filters: CEL's standard ones, metered, and those of {@link MeteredFilter}. */
final class FilterFunctions {
  static final String PAY = "@pay";
  static final String GET = "@get";
  static final String HAS = "@has";
  static final String TRUTH = "@truth";
  static final String EACH = "@each";

  private static final int MAX_TEXT = 4096;

  private record Metered(StandardFunction function, String name, Price price) {}

  private static final List<Metered> METERED =
      List.of(
          new Metered(LOGICAL_NOT, "!_", Price.NOTHING),
          new Metered(SUBTRACT, "_-_", Price.NOTHING),
          new Metered(MULTIPLY, "_*_", Price.NOTHING),
          new Metered(DIVIDE, "_/_", Price.NOTHING),
          new Metered(MODULO, "_%_", Price.NOTHING),
          new Metered(NEGATE, "-_", Price.NOTHING),
          new Metered(INDEX, "_[_]", Price.NOTHING),
          new Metered(EQUALS, "_==_", Price.EQUALITY),
          new Metered(NOT_EQUALS, "_!=_", Price.EQUALITY),
          new Metered(IN, "@in", Price.MEMBERSHIP),
          new Metered(LESS, "_<_", Price.FIRST),
          new Metered(LESS_EQUALS, "_<=_", Price.FIRST),
          new Metered(GREATER, "_>_", Price.FIRST),
          new Metered(GREATER_EQUALS, "_>=_", Price.FIRST),
          new Metered(STARTS_WITH, "startsWith", Price.LAST),
          new Metered(ENDS_WITH, "endsWith", Price.LAST),
          new Metered(SIZE, "size", Price.FIRST),
          new Metered(BOOL, "bool", Price.PARSING),
          new Metered(INT, "int", Price.PARSING),
          new Metered(UINT, "uint", Price.PARSING),
          new Metered(DOUBLE, "double", Price.PARSING),
          new Metered(STRING, "string", Price.PARSING),
          new Metered(BYTES, "bytes", Price.PARSING),
          new Metered(StandardFunction.DURATION, "duration", Price.PARSING),
          new Metered(StandardFunction.TIMESTAMP, "timestamp", Price.PARSING),
          new Metered(GET_FULL_YEAR, "getFullYear", Price.ZONE),
          new Metered(GET_MONTH, "getMonth", Price.ZONE),
          new Metered(GET_DAY_OF_YEAR, "getDayOfYear", Price.ZONE),
          new Metered(GET_DAY_OF_MONTH, "getDayOfMonth", Price.ZONE),
          new Metered(GET_DATE, "getDate", Price.ZONE),
          new Metered(GET_DAY_OF_WEEK, "getDayOfWeek", Price.ZONE),
          new Metered(GET_HOURS, "getHours", Price.ZONE),
          new Metered(GET_MINUTES, "getMinutes", Price.ZONE),
          new Metered(GET_SECONDS, "getSeconds", Price.ZONE),
          new Metered(GET_MILLISECONDS, "getMilliseconds", Price.ZONE));

  private final CelOptions options;
  private final RuntimeEquality equality;

  FilterFunctions(CelOptions options) {
    this.options = options;
    this.equality = RuntimeEquality.create(RuntimeHelpers.create(), options);
  }

  /** Those that stay as they are: they cost little, and cannot fail. */
  CelStandardFunctions free() {
    return CelStandardFunctions.newBuilder().includeFunctions(NOT_STRICTLY_FALSE, DYN).build();
  }

  /** Those that pay. */
  List<CelFunctionBinding> metered() {
    List<CelFunctionBinding> bindings = new ArrayList<>();
    METERED.forEach(metered -> bindings.addAll(metered(metered)));
    bindings.addAll(new MeteredFunction("_+_", Price.COPY, add()).bindings());
    bindings.addAll(
        new MeteredFunction(
                "contains",
                Price.SEARCH,
                List.of(
                    CelFunctionBinding.from(
                        "contains_string", String.class, String.class, String::contains)))
            .bindings());
    bindings.addAll(
        new MeteredFunction(
                "matches",
                Price.MATCH,
                List.of(
                    CelFunctionBinding.from(
                        "matches_string", String.class, String.class, FilterFunctions::matches)))
            .bindings());
    bindings.add(CelFunctionBinding.from(PAY, Long.class, FilterFunctions::pay));
    bindings.add(CelFunctionBinding.from(GET, Object.class, String.class, FilterFunctions::get));
    bindings.add(CelFunctionBinding.from(HAS, Object.class, String.class, FilterFunctions::has));
    bindings.add(CelFunctionBinding.from(TRUTH, Object.class, FilterFunctions::truth));
    bindings.add(CelFunctionBinding.from(EACH, Object.class, FilterFunctions::each));
    return bindings;
  }

  private List<CelFunctionBinding> metered(Metered metered) {
    CelStandardFunctions one =
        CelStandardFunctions.newBuilder().includeFunctions(metered.function).build();
    List<CelFunctionBinding> overloads =
        one.newFunctionBindings(equality, options).stream()
            .filter(binding -> !binding.getOverloadId().equals(metered.name))
            .toList();
    return new MeteredFunction(metered.name, metered.price, overloads).bindings();
  }

  private static List<CelFunctionBinding> add() {
    return List.of(
        CelFunctionBinding.from("add_int64", Long.class, Long.class, Math::addExact),
        CelFunctionBinding.from("add_double", Double.class, Double.class, Double::sum),
        CelFunctionBinding.from("add_string", String.class, String.class, FilterFunctions::joined),
        CelFunctionBinding.from("add_list", List.class, List.class, FilterFunctions::concatenated),
        CelFunctionBinding.from(
            "add_timestamp_duration", Instant.class, Duration.class, Instant::plus),
        CelFunctionBinding.from(
            "add_duration_timestamp",
            Duration.class,
            Instant.class,
            (duration, time) -> time.plus(duration)),
        CelFunctionBinding.from(
            "add_duration_duration", Duration.class, Duration.class, Duration::plus));
  }

  private static boolean pay(long steps) {
    Evaluation.current().pay(steps);
    return true;
  }

  private static Object get(Object holder, String field) {
    Evaluation evaluation = Evaluation.current();
    evaluation.pay(1);
    if (!(holder instanceof Map<?, ?> map)) {
      throw evaluation.failure(
          "there is no '%s' in %s".formatted(field, kind(holder)),
          CelErrorCode.ATTRIBUTE_NOT_FOUND);
    }
    Object value = map.get(field);
    if (value == null) {
      throw evaluation.failure(
          "key '%s' is not present in map".formatted(field), CelErrorCode.ATTRIBUTE_NOT_FOUND);
    }
    return value;
  }

  private static boolean has(Object holder, String field) {
    Evaluation evaluation = Evaluation.current();
    evaluation.pay(1);
    if (holder instanceof Map<?, ?> map) {
      return map.containsKey(field);
    }
    throw evaluation.failure(
        "there is no '%s' in %s".formatted(field, kind(holder)), CelErrorCode.ATTRIBUTE_NOT_FOUND);
  }

  private static Object truth(Object value) {
    if (value instanceof Boolean) {
      return value;
    }
    throw Evaluation.current()
        .failure(kind(value) + " is neither true nor false", CelErrorCode.INVALID_ARGUMENT);
  }

  private static Object each(Object value) {
    if (value instanceof Collection || value instanceof Map) {
      return value;
    }
    throw Evaluation.current()
        .failure(kind(value) + " has no elements", CelErrorCode.INVALID_ARGUMENT);
  }

  private static String kind(Object value) {
    return switch (value) {
      case String text -> "a text";
      case Number number -> "a number";
      case Boolean truth -> "true or false";
      case List<?> list -> "a list";
      case Map<?, ?> map -> "a map";
      case NullValue none -> "null";
      default -> "another value";
    };
  }

  private static boolean matches(String text, String regex) {
    return Evaluation.current().regex(regex).matcher(text).find();
  }

  private static String joined(String left, String right) {
    if (left.length() + right.length() > MAX_TEXT) {
      throw new IllegalArgumentException("`+` makes texts of at most " + MAX_TEXT + " characters");
    }
    return left + right;
  }

  /** Also the step of the macro {@code filter}. */
  private static List<?> concatenated(List<?> left, List<?> right) {
    List<Object> all = new ArrayList<>(left.size() + right.size());
    all.addAll(left);
    all.addAll(right);
    return all;
  }
}
