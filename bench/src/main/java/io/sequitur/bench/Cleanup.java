package io.sequitur.bench;

import java.io.Closeable;
import java.io.IOException;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;

/**
 * Undoes what the bench did, last thing first, exactly once: at its end, or when it is stopped by
 * Ctrl-C or SIGTERM.
 */
final class Cleanup implements AutoCloseable {
  private final Deque<Closeable> things = new ConcurrentLinkedDeque<>();
  private final Consumer<String> notes;
  private final Thread hook = new Thread(this::undo, "bench-cleanup");

  private Cleanup(Consumer<String> notes) {
    this.notes = notes;
  }

  static Cleanup atExit(Consumer<String> notes) {
    Cleanup cleanup = new Cleanup(notes);
    Runtime.getRuntime().addShutdownHook(cleanup.hook);
    return cleanup;
  }

  <T extends Closeable> T add(T thing) {
    things.push(thing);
    return thing;
  }

  @Override
  public void close() {
    undo();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // Shutting down already: the hook has run or is running, and finds nothing left to do.
      return;
    }
  }

  /** Each thing is taken by whoever comes first, the hook or the end of the run. */
  private void undo() {
    for (Closeable thing = things.poll(); thing != null; thing = things.poll()) {
      try {
        thing.close();
      } catch (IOException e) {
        notes.accept(thing.getClass().getSimpleName() + " not cleaned up: " + e.getMessage());
      }
    }
  }
}
