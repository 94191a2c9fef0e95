package io.sequitur.api.testing;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests that take the whole catalogue for themselves one process of the JVM, apart from the
 * one of all others, whose resources they would delete. They begin by emptying it, and may kill and
 * restart it.
 */
public final class CatalogueSequitur implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SequiturProcess.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return PerJvm.get("catalogue", SequiturProcess.class, SequiturProcess::start);
  }
}
