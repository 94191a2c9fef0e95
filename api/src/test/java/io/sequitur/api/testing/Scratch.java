package io.sequitur.api.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Where the data of the processes under test lies, and the databases of those that have none. */
public final class Scratch {
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final long ROOMY = 4L << 30;

  private Scratch() {}

  /**
   * A new directory, in memory where there is room: tests kill processes, never the machine, and a
   * database is a thousand small files, each of which a disk takes its time for.
   */
  public static Path directory(String prefix) {
    boolean memory = Files.isWritable(MEMORY) && MEMORY.toFile().getUsableSpace() > ROOMY;
    try {
      return memory ? Files.createTempDirectory(MEMORY, prefix) : Files.createTempDirectory(prefix);
    } catch (IOException e) {
      throw new UncheckedIOException("no directory can be made for the tests' data", e);
    }
  }

  /** A started PostgreSQL; closing it removes its data. */
  public static EmbeddedPostgres postgres() {
    try {
      return EmbeddedPostgres.builder()
          .setDataDirectory(directory("sequitur-postgres"))
          // The usual ten seconds are too few where two cores compile and test at once.
          .setPGStartupWait(Duration.ofMinutes(1))
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded PostgreSQL does not start", e);
    }
  }
}
