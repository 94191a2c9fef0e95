package io.sequitur.api.mode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a killed process left running: found by the ids that it wrote down, and ended only if it is
 * what it should be.
 */
final class LeftOver {
  private static final Logger log = LoggerFactory.getLogger(LeftOver.class);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private LeftOver() {}

  /** The postmaster of this data directory, if it runs. */
  static void stopPostgres(Path data) throws IOException {
    Path pidFile = data.resolve("postmaster.pid");
    if (!Files.exists(pidFile)) {
      return;
    }
    List<String> lines = Files.readAllLines(pidFile);
    if (lines.size() > 1
        && Path.of(lines.get(1))
            .toAbsolutePath()
            .normalize()
            .equals(data.toAbsolutePath().normalize())) {
      stop(Long.parseLong(lines.get(0).strip()), "postgres");
    }
  }

  /** Ends the process with this id, if its command is the one expected; waits until it is gone. */
  static void stop(long pid, String command) {
    Optional<ProcessHandle> process =
        ProcessHandle.of(pid)
            .filter(p ->
                p.info()
                    .command()
                    .map(path -> Path.of(path).getFileName().toString().startsWith(command))
                    .orElse(false));
    if (process.isEmpty()) {
      return;
    }
    log.info("stopping {} {}, left by an earlier run", command, pid);
    process.get().destroy();
    try {
      process.get().onExit().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      process.get().destroyForcibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("waiting for a process does not fail", e);
    }
  }
}
