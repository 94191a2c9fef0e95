package io.sequitur.workflows.catalogue;

import com.google.common.base.Optional;
import com.google.common.collect.ImmutableList;
import dev.cel.checker.CelStandardDeclarations;
import dev.cel.checker.DescriptorTypeProvider;
import dev.cel.checker.Env;
import dev.cel.checker.ExprChecker;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelContainer;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.internal.Errors;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Compiles like the compiler, but keeps the environment of the type checker: the compiler makes all
 * standard functions anew for each expression, which is nine tenths of its work, and a catalogue
 * may have ten thousand filters. Whatever this does not find right is left to the compiler, which
 * says what is wrong.
 */
final class FilterChecker {
  private static final CelContainer NO_CONTAINER = CelContainer.ofName("");

  private final CelCompiler compiler;
  private final CelOptions options;
  private final Consumer<Env> declarations;
  private final ConcurrentLinkedQueue<Env> environments = new ConcurrentLinkedQueue<>();

  /**
   * @param declarations adds what the compiler knows beside the standard functions
   */
  FilterChecker(CelCompiler compiler, CelOptions options, Consumer<Env> declarations) {
    this.compiler = compiler;
    this.options = options;
    this.declarations = declarations;
  }

  @SuppressWarnings("deprecation") // the only way to it; the compiler itself calls the same
  CelValidationResult compile(String expression) throws CelValidationException {
    CelValidationResult parsed = compiler.parse(expression);
    if (parsed.hasError()) {
      return parsed;
    }
    Env known = environments.poll();
    Env environment = known == null ? environment() : known;
    CelAbstractSyntaxTree checked =
        ExprChecker.typecheck(
            environment, NO_CONTAINER, parsed.getAst(), Optional.<CelType>of(SimpleType.BOOL));
    if (environment.getErrorContext().getErrorCount() > 0) {
      // The environment remembers its errors, and is not used again.
      return compiler.check(parsed.getAst());
    }
    environment.resetTypeAndRefMaps();
    environments.add(environment);
    return new CelValidationResult(checked, ImmutableList.of());
  }

  private Env environment() {
    Env environment =
        Env.standard(
            CelStandardDeclarations.newBuilder().build(),
            new Errors("filter", ""),
            new DescriptorTypeProvider(),
            options);
    declarations.accept(environment);
    return environment;
  }
}
