package io.sequitur.api.mode.demo;

import java.net.URI;

/** The server of the story, in a process of its own that can be killed. */
public interface DemoServer {
  /**
   * Where a running server is.
   *
   * @param database a {@code postgresql://} URL of a role that may change configuration by hand
   */
  record Running(URI api, String database) {}

  /**
   * Starts it on its data, which outlives it; returns when it is ready.
   *
   * @throws io.sequitur.api.cli.text.CliException if it does not become ready
   */
  Running start();

  /** Ends it as {@code kill -9} does: it is given no chance to say goodbye. */
  void kill();
}
