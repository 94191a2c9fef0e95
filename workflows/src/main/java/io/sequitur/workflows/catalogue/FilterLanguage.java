package io.sequitur.workflows.catalogue;

import dev.cel.checker.CelIdentDecl;
import dev.cel.checker.Env;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.validator.CelValidator;
import dev.cel.validator.CelValidatorFactory;
import dev.cel.validator.validators.DurationLiteralValidator;
import dev.cel.validator.validators.TimestampLiteralValidator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * CEL as filters have it: the variables of an event, the standard functions, and bounds on what one
 * evaluation can cost. {@code map} is left out and the results of {@code +} are bounded, because
 * with them a short filter could build values of any size.
 */
final class FilterLanguage {
  static final int MAX_EXPRESSION = 4096;
  private static final int MAX_REGEX_PROGRAM = 2_000;
  private static final int MAX_ITERATIONS = 10_000;
  private static final String DATA = "data";
  private static final List<String> TEXTS =
      List.of("id", "type", "source", "subject", "time", "partitionkey");
  private static final CelOptions OPTIONS =
      CelOptions.current()
          .maxExpressionCodePointSize(MAX_EXPRESSION)
          .maxParseRecursionDepth(64)
          .comprehensionMaxIterations(MAX_ITERATIONS)
          .populateMacroCalls(true)
          // JSON does not tell 1 from 1.0, so filters should not either.
          .enableHeterogeneousNumericComparisons(true)
          .build();
  private static final CelCompiler COMPILER = compiler();
  private static final FilterChecker CHECKER =
      new FilterChecker(COMPILER, OPTIONS, FilterLanguage::declare);
  private static final CelRuntime RUNTIME = runtime();
  private static final CelValidator LITERALS =
      CelValidatorFactory.standardCelValidatorBuilder(COMPILER, RUNTIME)
          .addAstValidators(
              new RegexLiterals(MAX_REGEX_PROGRAM),
              TimestampLiteralValidator.INSTANCE,
              DurationLiteralValidator.INSTANCE)
          .build();

  private FilterLanguage() {}

  /**
   * @throws IllegalArgumentException saying what is wrong, and where
   */
  static CelAbstractSyntaxTree check(String expression) {
    try {
      CelAbstractSyntaxTree ast = checked(CHECKER.compile(expression));
      // It calls functions with what stands in the expression.
      Evaluation.begin(Map.of());
      return checked(LITERALS.validate(ast));
    } catch (CelValidationException e) {
      throw cannotBeCompiled(e);
    }
  }

  /** A checked filter, or a part of one, ready to run. */
  static CelRuntime.Program program(CelAbstractSyntaxTree ast) {
    try {
      return RUNTIME.createProgram(MeteredFilter.of(ast));
    } catch (CelEvaluationException e) {
      throw cannotBeCompiled(e);
    }
  }

  /** A part of a checked filter, checked as it is. */
  static CelAbstractSyntaxTree part(CelAbstractSyntaxTree ast, CelExpr part) {
    return CelAbstractSyntaxTree.newCheckedAst(
        part, ast.getSource(), ast.getReferenceMap(), ast.getTypeMap());
  }

  static boolean isVariable(String name) {
    return name.equals(DATA) || TEXTS.contains(name);
  }

  private static IllegalArgumentException cannotBeCompiled(Exception e) {
    return new IllegalArgumentException("The filter cannot be compiled: " + e.getMessage(), e);
  }

  private static CelAbstractSyntaxTree checked(CelValidationResult result)
      throws CelValidationException {
    if (result.hasError()) {
      throw new IllegalArgumentException(
          result.getErrors().stream()
              .limit(3)
              .map(FilterLanguage::sentence)
              .collect(Collectors.joining(" ")));
    }
    return result.getAst();
  }

  private static String sentence(CelIssue issue) {
    var place = issue.getSourceLocation();
    String message = issue.getMessage().replace(" (in container '')", "");
    return "Line %d, column %d: %s.%s"
        .formatted(
            Math.max(place.getLine(), 1),
            Math.max(place.getColumn(), 0) + 1,
            message,
            hint(message));
  }

  private static String hint(String message) {
    if (message.startsWith("undeclared reference to 'map'")) {
      return " Filters have no `map`; use `exists`, `all` or `filter`.";
    }
    if (message.startsWith("undeclared reference")) {
      return " A filter knows `" + String.join("`, `", TEXTS) + "` and `data`.";
    }
    if (message.startsWith("expected type 'bool'")) {
      return " A filter must be true or false, such as `data.action == \"published\"`.";
    }
    return "";
  }

  private static void declare(Env environment) {
    environment.add(CelIdentDecl.newIdentDeclaration("data", SimpleType.DYN));
    for (String name : TEXTS) {
      environment.add(CelIdentDecl.newIdentDeclaration(name, SimpleType.STRING));
    }
  }

  private static CelCompiler compiler() {
    CelCompilerBuilder builder =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(
                CelStandardMacro.HAS,
                CelStandardMacro.ALL,
                CelStandardMacro.EXISTS,
                CelStandardMacro.EXISTS_ONE,
                CelStandardMacro.FILTER)
            .addVar(DATA, SimpleType.DYN)
            .setResultType(SimpleType.BOOL);
    TEXTS.forEach(name -> builder.addVar(name, SimpleType.STRING));
    return builder.build();
  }

  private static CelRuntime runtime() {
    FilterFunctions functions = new FilterFunctions(OPTIONS);
    return CelRuntimeFactory.plannerRuntimeBuilder()
        .setOptions(OPTIONS)
        .setStandardFunctions(functions.free())
        .addFunctionBindings(functions.metered())
        .build();
  }
}
