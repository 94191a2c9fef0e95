package io.sequitur.api.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Directories for the data of the processes under test. */
final class Scratch {
  private static final Path MEMORY = Path.of("/dev/shm");
  private static final long ROOMY = 4L << 30;

  private Scratch() {}

  /**
   * A new directory, in memory where there is room: tests kill processes, never the machine, and a
   * database is a thousand small files, each of which a disk takes its time for.
   */
  static Path directory(String prefix) {
    boolean memory = Files.isWritable(MEMORY) && MEMORY.toFile().getUsableSpace() > ROOMY;
    try {
      return memory ? Files.createTempDirectory(MEMORY, prefix) : Files.createTempDirectory(prefix);
    } catch (IOException e) {
      throw new UncheckedIOException("no directory can be made for the tests' data", e);
    }
  }
}
