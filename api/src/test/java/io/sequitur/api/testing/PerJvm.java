package io.sequitur.api.testing;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What all tests of this JVM share, closed at its end. Not JUnit's root store: where Surefire has
 * several JVMs, it gives each class to JUnit as a run of its own.
 */
final class PerJvm {
  private static final Map<String, AutoCloseable> SHARED = new ConcurrentHashMap<>();

  private PerJvm() {}

  /** The shared one of this name; made by whoever asks first. */
  static <T extends AutoCloseable> T get(String name, Class<T> type, Supplier<T> made) {
    return type.cast(
        SHARED.computeIfAbsent(
            name,
            key -> {
              T one = made.get();
              Runtime.getRuntime().addShutdownHook(new Thread(() -> close(one), "end-of-" + key));
              return one;
            }));
  }

  @SuppressWarnings("CatchAndPrintStackTrace") // Nobody is left who could log it.
  private static void close(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception e) {
      e.printStackTrace();
    }
  }
}
