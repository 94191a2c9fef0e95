package io.sequitur.workflows.delivery;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What is wrong with a webhook's headers. The detail never quotes a value.
 *
 * @param index which header of the list, from 0; -1 for the list as a whole
 * @param part which part of it, to point at
 * @param detail a sentence for the user
 */
public record HeaderProblem(int index, Part part, String detail) {
  /** The part of a header that a problem is about. */
  public enum Part {
    NAME,
    VALUE,
    LIST
  }

  /** One line with all of them, for an attempt that fails before it is sent. */
  public static String summary(List<HeaderProblem> problems) {
    return problems.stream()
        .map(p -> p.index < 0 ? p.detail : "Header " + (p.index + 1) + ": " + p.detail)
        .collect(Collectors.joining(" "));
  }
}
