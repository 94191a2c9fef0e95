package io.sequitur.api.testing;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests one process and one receiver for all classes of a JVM: starting is what costs. Tests
 * use names and paths of their own.
 */
public final class SharedSequitur implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == SequiturProcess.class || type == FakeReceiver.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == SequiturProcess.class
        ? PerJvm.get("process", SequiturProcess.class, SequiturProcess::start)
        : PerJvm.get("receiver", FakeReceiver.class, FakeReceiver::new);
  }
}
