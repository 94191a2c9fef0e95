package io.sequitur.api.mode;

import io.sequitur.api.cli.text.CliException;
import io.sequitur.api.cli.text.Terminal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sequitur dev}. */
@Command(
    name = "dev",
    description = "Run everything in one process, on this machine only.",
    footer = {
      "",
      "Example:",
      "  sequitur dev",
      "  sequitur dev --database postgresql://me:secret@localhost/mydb --temporal localhost:7233"
    })
public final class DevCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--port",
      defaultValue = "8080",
      paramLabel = "PORT",
      description = "HTTP port; 0 picks a free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--data",
      defaultValue = ".sequitur",
      paramLabel = "DIR",
      description = "Where data is kept (default: ${DEFAULT-VALUE}).")
  private Path data = Path.of(".sequitur");

  @Option(
      names = "--database",
      paramLabel = "URL",
      description = "A PostgreSQL of yours instead of the embedded one.")
  private @Nullable String database;

  @Option(
      names = "--temporal",
      paramLabel = "ADDRESS|cli|embedded",
      description =
          "A Temporal of yours; the temporal command; or the in-process test server. Default: the command, if it is on the PATH.")
  private @Nullable String temporal;

  @Option(
      names = "--no-head-start",
      description = "Let every step wait for Temporal (for comparison and tests).")
  private boolean noHeadStart;

  DevCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    // A signal during the start waits for its end, so that no part is left running.
    CompletableFuture<AutoCloseable> starting = new CompletableFuture<>();
    CountDownLatch stopped = Shutdown.onSignal(() -> starting.get().close());
    DevServer server;
    try {
      server = start();
      starting.complete(server);
    } finally {
      // After a failure there is nothing left to close.
      starting.complete(() -> {});
    }
    terminal.out().println("ready " + server.url());
    stopped.await();
    return 0;
  }

  private DevServer start() {
    try {
      var options =
          new DevServer.Options(
              port, terminal.directory().resolve(data), database, temporal, !noHeadStart);
      return DevServer.start(options, line -> terminal.out().println(line));
    } catch (CannotStart e) {
      throw new CliException(String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw new CliException(String.valueOf(e.getMessage()));
    }
  }
}
