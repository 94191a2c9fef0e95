package io.sequitur.api.cli.send;

import java.util.List;
import java.util.stream.Collectors;

/** Neighbouring lines of a file that go in one request. */
record Batch(List<Line> lines) {
  /**
   * One event of the file.
   *
   * @param number counted from 1, blank lines too
   * @param text the JSON as it stands there
   */
  record Line(int number, String text) {}

  Batch {
    if (lines.isEmpty()) {
      throw new IllegalArgumentException("a batch has at least one line");
    }
    lines = List.copyOf(lines);
  }

  int first() {
    return lines.getFirst().number();
  }

  int last() {
    return lines.getLast().number();
  }

  /**
   * The CloudEvents batch. Lines are joined as text, so that numbers and keys reach the server as
   * they were written.
   */
  String body() {
    return lines.stream().map(Line::text).collect(Collectors.joining(",", "[", "]"));
  }
}
