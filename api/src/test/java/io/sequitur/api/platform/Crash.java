package io.sequitur.api.platform;

/** The platform's process is not there any more. */
final class Crash extends RuntimeException {
  Crash() {
    super("the process has ended");
  }
}
