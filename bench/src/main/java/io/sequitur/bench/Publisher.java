package io.sequitur.bench;

import java.io.Closeable;
import java.io.IOException;

/** One way to publish events over one connection, for one thread. */
interface Publisher extends Closeable {
  /**
   * Publishes the batch that begins with this event and waits until it is acknowledged.
   *
   * @throws IOException when there was no answer
   */
  Published publish(EventTemplate template, int first) throws IOException;

  /**
   * What the server said.
   *
   * @param taken whether it acknowledged all of them
   * @param answer with the ids it gave, or with its reason
   */
  record Published(boolean taken, String answer) {}
}
