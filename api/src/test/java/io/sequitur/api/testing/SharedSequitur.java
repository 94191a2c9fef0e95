package io.sequitur.api.testing;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests one process and one receiver for the whole run: starting is what costs. Tests use
 * names and paths of their own.
 */
public final class SharedSequitur implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(SharedSequitur.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == SequiturProcess.class || type == FakeReceiver.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    ExtensionContext.Store store = context.getRoot().getStore(NAMESPACE);
    return parameter.getParameter().getType() == SequiturProcess.class
        ? store.getOrComputeIfAbsent(
                "process", key -> new Shared<>(SequiturProcess.start()), Shared.class)
            .part
        : store.getOrComputeIfAbsent(
                "receiver", key -> new Shared<>(new FakeReceiver()), Shared.class)
            .part;
  }

  /** Closed by JUnit at the end of the run. */
  @SuppressWarnings("try") // Closed by JUnit alone, which is not interrupted there.
  private record Shared<T extends AutoCloseable>(T part) implements AutoCloseable {
    @Override
    public void close() throws Exception {
      part.close();
    }
  }
}
