package io.sequitur.api.engine;

import io.micronaut.context.ApplicationContext;
import io.micronaut.http.server.netty.NettyEmbeddedServer;
import io.micronaut.runtime.server.EmbeddedServer;
import io.sequitur.activities.cache.Verifier;
import io.sequitur.activities.catalogue.BuiltInTriggers;
import io.sequitur.api.catalogue.NightlyReconcile;
import io.sequitur.api.event.Dispatcher;
import io.sequitur.api.event.Sweep;
import java.util.Map;

/**
 * A running process: HTTP, dispatcher, worker, as its roles say. Closing it finishes what is on the
 * wire.
 */
public final class Engine implements AutoCloseable {
  private final ApplicationContext context;
  private final EmbeddedServer http;

  private Engine(ApplicationContext context, EmbeddedServer http) {
    this.context = context;
    this.http = http;
  }

  /**
   * Starts everything that the settings ask for. Temporal and, in {@code serve}, PostgreSQL may
   * come later.
   *
   * @throws RuntimeException when the port is taken or a setting is wrong
   */
  public static Engine start(Settings settings) {
    return start(settings, SchemaOwner.UNKNOWN);
  }

  /** The same for a process that may make the triggers of users' caches itself. */
  public static Engine start(Settings settings, SchemaOwner owner) {
    ApplicationContext context =
        ApplicationContext.builder()
            .deduceEnvironment(false)
            .environmentPropertySource(false)
            .banner(false)
            .singletons(settings, owner)
            .properties(
                Map.of(
                    "micronaut.server.port", settings.port() == 0 ? -1 : settings.port(),
                    "micronaut.server.host", settings.dev() ? "127.0.0.1" : "0.0.0.0"))
            .start();
    try {
      return start(context, settings);
    } catch (RuntimeException e) {
      context.close();
      throw e;
    }
  }

  private static Engine start(ApplicationContext context, Settings settings) {
    // Whatever its role: a process that does not know every built-in trigger does not start.
    BuiltInTriggers unused = context.getBean(BuiltInTriggers.class);
    EmbeddedServer http = context.getBean(EmbeddedServer.class).start();
    if (settings.has(Role.WORKER)) {
      context.getBean(Workers.class).start();
    }
    if (settings.has(Role.WORKER) || settings.has(Role.DISPATCHER)) {
      context.getBean(Verifier.class).start();
    }
    if (settings.has(Role.DISPATCHER)) {
      context.getBean(Dispatcher.class).start();
      context.getBean(Sweep.class).start();
      context.getBean(NightlyReconcile.class).start();
    }
    return new Engine(context, http);
  }

  public int port() {
    return http.getPort();
  }

  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /** First nothing comes in any more, then what is under way is finished. */
  @Override
  public void close() {
    if (http instanceof NettyEmbeddedServer netty) {
      netty.stopServerOnly();
    }
    context.close();
  }
}
