package io.sequitur.api.mode.demo;

/** One step of the story. */
interface Step {
  /** Acts, waits for what was promised, and tells the time line whether it held. */
  void play(Stage stage) throws InterruptedException;
}
