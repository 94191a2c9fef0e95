package io.sequitur.api.docs;

import java.util.List;

/**
 * A piece of a page that a reader types, and what he sees then.
 *
 * @param line where its commands begin in the page, from 1
 * @param terminal empty for the main one; commands in another are not waited for
 * @param exit what its last command ends with
 * @param expected the lines that are shown; none: anything
 * @param from index of the first of them in the page, and {@code to} of the line after the last
 */
record Block(
    int line,
    String terminal,
    int exit,
    List<String> commands,
    List<String> expected,
    int from,
    int to) {
  Block {
    commands = List.copyOf(commands);
    expected = List.copyOf(expected);
  }

  /** Whether it shows what another terminal has printed meanwhile. */
  boolean onlyLooks() {
    return commands.isEmpty();
  }

  String script() {
    return String.join("\n", commands) + "\n";
  }
}
