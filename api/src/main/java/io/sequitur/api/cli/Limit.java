package io.sequitur.api.cli;

import picocli.CommandLine.Option;

/** How much of a list to show. */
final class Limit {
  @Option(
      names = "--limit",
      paramLabel = "COUNT",
      defaultValue = "50",
      description = "How many at most; default: 50.")
  private int count;

  int count() {
    return count;
  }
}
