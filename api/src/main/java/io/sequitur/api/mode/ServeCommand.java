package io.sequitur.api.mode;

import io.sequitur.api.cli.text.CliException;
import io.sequitur.api.cli.text.Terminal;
import io.sequitur.api.engine.Engine;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sequitur serve}. */
@Command(
    name = "serve",
    description = "Run a production process, configured by environment (docs/operations.md).",
    footer = {"", "Example:", "  sequitur serve --roles api,dispatcher,worker"})
public final class ServeCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--roles",
      paramLabel = "ROLES",
      description = "api, dispatcher, worker; default: SEQUITUR_ROLES, or all.")
  private @Nullable String roles;

  ServeCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    Engine engine = start();
    CountDownLatch stopped = Shutdown.onSignal(engine);
    terminal.out().println("ready http://127.0.0.1:" + engine.port());
    stopped.await();
    return 0;
  }

  private Engine start() {
    try {
      return Engine.start(new ServeSettings(terminal.environment()).settings(roles));
    } catch (IllegalArgumentException e) {
      throw new CliException(String.valueOf(e.getMessage()));
    }
  }
}
