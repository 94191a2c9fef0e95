package io.sequitur.bench;

import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which server is loaded: one that runs, or one that is started for it. */
final class ServerOptions {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Load this server (key in SEQUITUR_API_KEY) instead of starting one.")
  private @Nullable String url;

  @Option(
      names = "--temporal",
      paramLabel = "ADDRESS",
      description = "Temporal for the server that is started; with --url, where to measure it.")
  private @Nullable String temporal;

  @Option(
      names = "--database",
      paramLabel = "URL",
      description = "PostgreSQL for the server that is started; with --url, where to measure it.")
  private @Nullable String database;

  @Option(
      names = "--i-own-this-host",
      description =
          "Allow a --url that is not on this machine: load on others' hosts is an attack.")
  private boolean ownHost;

  /**
   * Checks the options.
   *
   * @throws IllegalArgumentException saying which is wrong and what to do
   */
  void check() {
    if (database != null) {
      DatabaseUrl unused = DatabaseUrl.parse(database);
    }
    if (url != null && !ownHost && !isLoopback(Endpoint.of(url, null))) {
      throw new IllegalArgumentException(
          "--url "
              + url
              + " is not on this machine; add --i-own-this-host if you may put load on it");
    }
  }

  /**
   * Finds the server, or starts one that {@code cleanup} will stop.
   *
   * @param program the command line that starts this program
   */
  Target open(
      List<String> program, @Nullable String apiKey, Cleanup cleanup, Consumer<String> progress)
      throws IOException, InterruptedException {
    if (url != null) {
      DatabaseUrl at = database == null ? null : DatabaseUrl.parse(database);
      return new Target(Endpoint.of(url, apiKey), at, temporal, null);
    }
    progress.accept("starting a server");
    ServerProcess server = cleanup.add(ServerProcess.start(program, devOptions()));
    Target target = server.awaitReady(START_LIMIT).target(apiKey);
    progress.accept("ready at " + target.endpoint());
    return target;
  }

  private List<String> devOptions() {
    List<String> options = new ArrayList<>();
    if (database != null) {
      options.addAll(List.of("--database", database));
    }
    if (temporal != null) {
      options.addAll(List.of("--temporal", temporal));
    }
    return options;
  }

  private static boolean isLoopback(Endpoint endpoint) {
    try {
      return endpoint.isLoopback();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("--url names an unknown host: " + endpoint, e);
    }
  }
}
