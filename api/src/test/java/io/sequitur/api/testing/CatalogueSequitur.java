package io.sequitur.api.testing;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests that take the whole catalogue for themselves one process for the run, apart from the
 * one of all others, whose resources they would delete. They begin by emptying it, and may kill and
 * restart it.
 */
public final class CatalogueSequitur implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(CatalogueSequitur.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SequiturProcess.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent("process", key -> new Shared(SequiturProcess.start()), Shared.class)
        .process;
  }

  /** Closed by JUnit at the end of the run. */
  private record Shared(SequiturProcess process) implements AutoCloseable {
    @Override
    public void close() {
      process.close();
    }
  }
}
