package io.sequitur.api.platform;

/** One run of a platform's process. Whatever it still does after its end does not happen. */
final class Life {
  private volatile boolean over;

  void end() {
    over = true;
  }

  /**
   * Goes on only if the process is still there.
   *
   * @throws Crash if it is not
   */
  void check() {
    if (over) {
      throw new Crash();
    }
  }
}
